import { type ClaimRule, withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { AccuracyMeasures } from '../measures.ts';

/** Clean training is accurate. */
export const p1: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'P1',
  statement: 'Clean training is accurate.',
  quantity: 'clean accuracy of w',
  bar: '> 0.99, low end of the interval',
  find: ({ clean: { clean } }) => ({
    ...withInterval(clean),
    holds: clean.low > 0.99,
    detail: { examples: clean.trials },
  }),
};
