import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** Purification. */
export const c5: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C5',
  statement:
    "Adversarial training purifies: w = beta w' + v with |beta w'| > |v|, that is cos(w, w') > 0.707, for most neurons.",
  quantity: "share of neurons with cos(w, w') > 0.707",
  bar: '> 0.5',
  find: ({ features: { purified, decomposition } }) => ({
    ...withInterval(purified),
    holds: purified.value > 0.5,
    detail: {
      neurons: purified.trials,
      medianCosine: decomposition.cosine.median,
      medianBeta: decomposition.beta.median,
      medianRatio: decomposition.ratio.median,
    },
  }),
};
