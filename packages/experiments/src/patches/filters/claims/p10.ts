import { type ClaimRule, withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { FiltersMeasures } from '../measures.ts';

/** Whether adversarial training purifies the filters of w, or makes others of them. */
export const p10: ClaimRule<FiltersMeasures, MainSetting> = {
  id: 'P10',
  statement:
    "Adversarial training purifies: most filters that count keep more of what they were than they lose, cos(w, w') > 0.707.",
  quantity: "share of the larger half of the filters of w' with cos(w, w') > 0.707",
  bar: "> 0.5, and |v| / |beta w'| >= 0.1 in the median",
  find: ({ cosines: { robust, scratch } }) => ({
    ...withInterval(robust.purified),
    holds: robust.purified.value > 0.5 && robust.ratio >= 0.1, // where w' is w, nothing is purified
    detail: {
      filters: robust.purified.trials,
      shareOfSquares: robust.square,
      shareOfAll: robust.ofAll.value,
      medianCosine: robust.own.median,
      medianRatio: robust.ratio,
      medianCosineFromInit: scratch.own.median,
      shareFromInit: scratch.purified.value,
    },
  }),
};
