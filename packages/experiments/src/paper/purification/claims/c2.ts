import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** Clean training is not robust. */
export const c2: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C2',
  statement: 'The clean-trained network is not robust, although no example repeats and weights decay.',
  quantity: 'robust accuracy of w',
  bar: '< 0.01',
  find: ({ clean, masking }) => ({
    ...withInterval(clean.robust),
    holds: clean.robust.value < 0.01,
    attack: clean.attack,
    detail: {
      examples: clean.robust.trials,
      withGammaZero: clean.robustOfAnyMargin.value,
      ...signsDetail({ w: masking?.clean }),
    },
  }),
};
