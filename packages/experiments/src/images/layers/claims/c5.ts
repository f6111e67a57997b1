import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import { hasChanged, type LayersMeasures } from '../measures.ts';

/** Purification, in every layer. */
export const c5: ClaimRule<LayersMeasures, MainSetting> = {
  id: 'C5',
  statement:
    "Adversarial training purifies every layer: w = beta w' + v with |beta w'| > |v|, that is cos(w, w') > 0.707, for most neurons of each that count.",
  quantity: "smallest share of a layer's neurons (of hidden layers the larger half) with cos(w, w') > 0.707",
  bar: "> 0.5, and |v| / |beta w'| >= 0.1 in the median of some layer",
  find: ([{ layers }]) => {
    const least = layers.reduce((a, b) => (b.purified.value < a.purified.value ? b : a));
    return {
      ...withInterval(least.purified),
      holds: least.purified.value > 0.5 && layers.some(hasChanged),
      detail: {
        layer: least.name,
        neurons: least.neurons,
        medianCosines: Object.fromEntries(layers.map(({ name, cosine }) => [name, cosine.median])),
        sharesOfAll: Object.fromEntries(layers.map(({ name, purifiedOfAll }) => [name, purifiedOfAll.value])),
        shares: Object.fromEntries(layers.map(({ name, purified }) => [name, purified.value])),
      },
    };
  },
};
