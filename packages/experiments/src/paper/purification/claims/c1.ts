import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** Clean training is accurate. */
export const c1: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C1',
  statement: 'Clean training gives an accurate network.',
  quantity: 'clean accuracy of w',
  bar: '> 0.99',
  find: ({ clean, robust }) => ({
    ...withInterval(clean.clean),
    holds: clean.clean.value > 0.99,
    detail: { examples: clean.clean.trials, afterAdversarialTraining: robust.clean.value },
  }),
};
