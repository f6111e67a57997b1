import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { AccuracyMeasures } from '../measures.ts';
import { underAttack } from '../under-attack.ts';

/** Clean training is not robust. */
export const p2: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'P2',
  statement: 'The clean-trained network is not robust.',
  quantity: 'robust accuracy of w',
  bar: '< 0.05, high end of the interval',
  find: (measures) => ({ ...underAttack(measures, 'clean'), holds: measures.clean.robust.high < 0.05 }),
};
