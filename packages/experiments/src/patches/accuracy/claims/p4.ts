import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { AccuracyMeasures } from '../measures.ts';
import { underAttack } from '../under-attack.ts';

/** Adversarial training from the clean weights gives robustness. */
export const p4: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'P4',
  statement: 'Adversarial training from there makes the same network robust at the same radius.',
  quantity: "robust accuracy of w'",
  bar: '> 0.95, low end of the interval',
  find: (measures) => ({ ...underAttack(measures, 'robust'), holds: measures.robust.robust.low > 0.95 }),
};
