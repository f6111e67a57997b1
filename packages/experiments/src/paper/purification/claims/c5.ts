import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';
import { c3 } from './c3.ts';

/**
 * Purification: w' keeps most of w, and what it leaves away is the mixture.
 *
 * The share alone is 1 where nothing was trained. So w' must be robust (C3), v must be there, and a quarter of its square must lie on the
 * mixture, a single direction out of d: a cosine of one half.
 */
export const c5: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C5',
  statement:
    "Adversarial training purifies: w = beta w' + v with |beta w'| > |v|, that is cos(w, w') > 0.707, for most neurons; w' is robust, and v is largely the dense mixture.",
  quantity: "share of neurons with cos(w, w') > 0.707",
  bar: "> 0.5 with its interval, with C3, median |v| / |beta w'| >= 0.1 and a mean share of v on the mixture >= 0.25 with its interval",
  find: (measures, setting) => {
    const { purified, decomposition, removed, mass } = measures.features;
    const isRobust = c3.find(measures, setting).holds;
    return {
      ...withInterval(purified),
      holds: purified.low > 0.5 && isRobust && decomposition.ratio.median >= 0.1 && removed.low >= 0.25,
      detail: {
        neurons: purified.trials,
        medianCosine: decomposition.cosine.median,
        medianBeta: decomposition.beta.median,
        medianRatio: decomposition.ratio.median,
        shareOfVOnMixture: removed,
        shareOfWOnMixture: mass.clean.mixture,
        robustAsInC3: isRobust,
      },
    };
  },
};
