import type { Claim } from '../../claim.ts';
import type { ClaimName, PaperSetting } from '../setting.ts';

/** What a claim makes of the measurements: its number, whether the bar is met, and what belongs to it. */
export interface Finding extends Pick<Claim, 'value' | 'interval' | 'holds' | 'attack' | 'detail'> {
  /** What the attacker may do, such as `tau = 0.0034 (linf)`; l2 at the setting's tau unless told. */
  readonly threat?: string;
}

/** A claim of the paper as a rule over a run's measurements. */
export interface ClaimRule<Measures = unknown> {
  /** Its number, such as `C3`. */
  readonly id: ClaimName;
  /** What is claimed, in a sentence. */
  readonly statement: string;
  /** What the number is, such as `robust accuracy of w'`. */
  readonly quantity: string;
  /** What it must reach, such as `> 0.99`. */
  readonly bar: string;
  /**
   * The number of one run.
   *
   * @param measures - What the run measured.
   * @param setting - Its setting.
   * @returns The finding.
   */
  find(measures: Measures, setting: PaperSetting): Finding;
}

/**
 * The claim as a run reports it; a number that an attack gave is named together with tau and gamma.
 *
 * @param rule - The rule.
 * @param measures - What the run measured.
 * @param setting - Its setting; gamma and tau go into the detail.
 * @returns The claim.
 */
export function judge<Measures>(rule: ClaimRule<Measures>, measures: Measures, setting: PaperSetting): Claim {
  const { tau, data } = setting;
  const { detail, threat = `tau = ${tau} (l2)`, ...numbers } = rule.find(measures, setting);
  const { id, statement, bar } = rule;
  const quantity = numbers.attack ? `${rule.quantity} at ${threat}, gamma = ${data.margin}` : rule.quantity;
  return {
    id,
    statement,
    quantity,
    bar,
    ...numbers,
    detail: { gamma: data.margin, tau, ...detail },
  };
}
