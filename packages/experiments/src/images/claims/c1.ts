import { withInterval } from '@advml/runs';
import type { AccuracyMeasures } from '../accuracy/measures.ts';
import type { ImagesClaimRule } from './rule.ts';

/** Clean training is accurate. */
export const c1: ImagesClaimRule<AccuracyMeasures> = {
  id: 'C1',
  statement: 'Clean training is accurate.',
  quantity: 'clean accuracy of w',
  bar: '>= 0.9',
  find: ({ judged }) => {
    const [{ clean }] = judged.filter(({ network }) => network === 'clean');
    return { ...withInterval(clean), holds: clean.value >= 0.9, detail: { examples: clean.trials } };
  },
};
