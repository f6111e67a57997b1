import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** Weights are far from initialization. */
export const c4: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C4',
  statement: 'Trained weights are nearly orthogonal to where they started, as random vectors would be.',
  quantity: "larger of mean |cos(w, w0)| and mean |cos(w', w0)|, as a multiple of what random vectors give",
  bar: '<= 1.5 with its interval, and the largest |cos| of a neuron within what random vectors keep with a chance of 99.9%',
  find: ({ features: { withInit, random } }) => {
    const { clean, robust } = withInit;
    const larger = robust.mean > clean.mean ? robust : clean;
    const high = Math.max(clean.high, robust.high) / random.mean;
    return {
      value: larger.mean / random.mean,
      interval: [larger.low / random.mean, larger.high / random.mean],
      holds: high <= 1.5 && Math.max(clean.max, robust.max) <= random.quantile,
      detail: {
        randomMean: random.mean,
        randomMax: random.max,
        randomQuantile: random.quantile,
        cleanMean: clean.mean,
        cleanMax: clean.max,
        robustMean: robust.mean,
        robustMax: robust.max,
      },
    };
  },
};
