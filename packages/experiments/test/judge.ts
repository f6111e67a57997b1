import { type Claim, type ClaimRule, judgeBy } from '@advml/runs';
import { circumstances } from '../src/paper/circumstances.ts';
import type { MainSetting } from '../src/paper/main-setting.ts';

/** The claim as a run reports it, with tau and gamma. */
export function judge<Measures, Setting extends MainSetting>(
  rule: ClaimRule<Measures, Setting>,
  measures: Measures,
  setting: Setting,
): Claim {
  return judgeBy(rule, measures, setting, circumstances(setting));
}
