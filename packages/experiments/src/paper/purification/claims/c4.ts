import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** Weights are far from initialization. */
export const c4: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C4',
  statement: 'Trained weights are nearly orthogonal to where they started, as random vectors would be.',
  quantity: "larger of mean |cos(w, w0)| and mean |cos(w', w0)|, as a multiple of what random vectors give",
  bar: '< 3',
  find: ({ features: { withInit, random } }) => {
    const value = Math.max(withInit.clean.mean, withInit.robust.mean) / random.mean;
    return {
      value,
      interval: null,
      holds: value < 3,
      detail: {
        randomMean: random.mean,
        randomMax: random.max,
        cleanMean: withInit.clean.mean,
        cleanMax: withInit.clean.max,
        robustMean: withInit.robust.mean,
        robustMax: withInit.robust.max,
      },
    };
  },
};
