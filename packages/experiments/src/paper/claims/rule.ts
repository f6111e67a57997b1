import type { Claim } from '../../claim.ts';
import type { PaperMeasures } from '../measures.ts';
import type { PaperSetting } from '../setting.ts';

/** What a claim makes of the measurements: its number, whether the bar is met, and what belongs to it. */
export type Finding = Pick<Claim, 'value' | 'interval' | 'holds' | 'attack' | 'detail'>;

/** A claim of the paper as a rule over a run's measurements. */
export interface ClaimRule {
  /** Its number, such as `C3`. */
  readonly id: string;
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
   * @returns The finding, or undefined where the setting left the measurement out.
   */
  find(measures: PaperMeasures, setting: PaperSetting): Finding | undefined;
}

/**
 * The claim as a run reports it; a number that an attack gave is named together with tau and gamma.
 *
 * @param rule - The rule.
 * @param measures - What the run measured.
 * @param setting - Its setting; gamma and tau go into the detail.
 * @returns The claim, or undefined where the setting left it out.
 */
export function judge(rule: ClaimRule, measures: PaperMeasures, setting: PaperSetting): Claim | undefined {
  const finding = rule.find(measures, setting);
  if (!finding) return undefined;
  const { id, statement, bar } = rule;
  const { detail, ...numbers } = finding;
  const { tau, data } = setting;
  const quantity = finding.attack ? `${rule.quantity} at tau = ${tau} (l2), gamma = ${data.margin}` : rule.quantity;
  return {
    id,
    statement,
    quantity,
    bar,
    ...numbers,
    detail: { gamma: data.margin, tau, ...detail },
  };
}
