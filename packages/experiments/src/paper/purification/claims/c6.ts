import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** Each neuron is some features plus a dense mixture, and the mixture goes. */
export const c6: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C6',
  statement:
    'A neuron is its features plus a small dense mixture of all others; adversarial training removes the mixture.',
  quantity: "mean mass on the dense mixture, w over w'",
  bar: '>= 10',
  find: ({ features: { mass } }) => {
    const value = mass.clean.mixture / mass.robust.mixture;
    return { value, interval: null, holds: value >= 10, detail: { ...mass } };
  },
};
