import type { Claim } from '@advml/runs';
import { type Circumstances, judgeBy, type ClaimRule as Rule } from '@advml/runs';
import type { ClaimName, PaperSetting } from '../setting.ts';

/** A claim of the paper as a rule over a run's measurements. */
export type ClaimRule<Measures = unknown> = Rule<Measures, PaperSetting> & { readonly id: ClaimName };

/**
 * tau and gamma, which stand beside every number.
 *
 * @param setting - A complete setting.
 * @returns Threat and margin.
 */
export function circumstances({ tau, data }: PaperSetting): Circumstances {
  return { threat: `tau = ${tau} (l2)`, examples: `gamma = ${data.margin}`, detail: { gamma: data.margin, tau } };
}

/**
 * The claim as a run reports it, with tau and gamma.
 *
 * @param rule - The rule.
 * @param measures - What the run measured.
 * @param setting - Its setting.
 * @returns The claim.
 */
export function judge<Measures>(rule: Rule<Measures, PaperSetting>, measures: Measures, setting: PaperSetting): Claim {
  return judgeBy(rule, measures, setting, circumstances(setting));
}
