import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** Lottery: the neurons that correlate most with a feature at the start are sure to carry it. */
export const c8: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C8',
  statement: 'The neurons whose initial weights happen to correlate most with a feature end up carrying it.',
  quantity: 'share of features that the neuron which correlated most with them at the start carries in w',
  bar: '>= 0.5 with its interval',
  find: ({ features: { lottery } }) => ({
    ...withInterval(lottery.winners),
    holds: lottery.winners.low >= 0.5,
    detail: {
      byAnyNeuron: lottery.base,
      meanPercentile: lottery.top,
      allCarriedFeatures: lottery.carried,
    },
  }),
};
