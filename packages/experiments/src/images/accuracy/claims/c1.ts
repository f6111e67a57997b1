import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { AccuracyMeasures } from '../measures.ts';

/** Clean training is accurate. */
export const c1: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'C1',
  statement: 'Clean training is accurate.',
  quantity: 'clean accuracy of w',
  bar: '>= 0.9',
  find: ({ judged }) => {
    const [{ clean }] = judged.filter(({ network }) => network === 'clean');
    return { ...withInterval(clean), holds: clean.value >= 0.9, detail: { examples: clean.trials } };
  },
};
