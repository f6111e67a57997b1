import { type ClaimRule, withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { AccuracyMeasures } from '../measures.ts';

/** What breaks the clean network lies along the non-robust features. */
export const p3: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'P3',
  statement: 'Perturbations along the non-robust features alone make the clean-trained network wrong.',
  quantity: 'accuracy of w after the worst perturbation of size eps along non-robust features',
  bar: '< 0.05, high end of the interval',
  find: ({ clean: { along }, robust }) => ({
    ...withInterval(along.nonRobust),
    holds: along.nonRobust.high < 0.05,
    detail: {
      examples: along.nonRobust.trials,
      alongRobust: along.robust.value,
      ofRobustAlongNonRobust: robust.along.nonRobust.value,
      ofRobustAlongRobust: robust.along.robust.value,
    },
  }),
};
