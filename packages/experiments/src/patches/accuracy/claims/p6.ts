import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { AccuracyMeasures } from '../measures.ts';
import { underAttack } from '../under-attack.ts';

/** The features of the clean network are not enough: its last layer alone cannot be made robust. */
export const p6: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'P6',
  statement:
    'Where the filters of the clean network are frozen, adversarial training of the last layer leaves it fragile.',
  quantity: 'robust accuracy after adversarial training of the last layer of w',
  bar: '< 0.5, high end of the interval',
  find: (measures) => ({ ...underAttack(measures, 'frozen'), holds: measures.frozen.robust.high < 0.5 }),
};
