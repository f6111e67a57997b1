import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** Lottery: neurons carry what they correlated with at the start. */
export const c8: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C8',
  statement: 'Neurons end up carrying the features that their initial weights happened to correlate with.',
  quantity:
    'mean percentile, among all neurons, of the initial correlation with the feature a neuron ends up carrying (chance 0.5)',
  bar: '> 0.5',
  find: ({ features: { lottery } }) => ({
    value: lottery.top.mean,
    interval: [lottery.top.low, lottery.top.high],
    holds: lottery.top.low > 0.5,
    detail: { allCarriedFeatures: lottery.carried },
  }),
};
