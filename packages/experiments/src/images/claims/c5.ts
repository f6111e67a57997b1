import { withInterval } from '@advml/runs';
import type { LayersMeasures } from '../layers/measures.ts';
import type { ImagesClaimRule } from './rule.ts';

/** Purification, in every layer. */
export const c5: ImagesClaimRule<LayersMeasures> = {
  id: 'C5',
  statement:
    "Adversarial training purifies every layer: w = beta w' + v with |beta w'| > |v|, that is cos(w, w') > 0.707, for most neurons of each.",
  quantity: "smallest share of a layer's neurons with cos(w, w') > 0.707",
  bar: '> 0.5',
  find: ([{ layers }]) => {
    const least = layers.reduce((a, b) => (b.purified.value < a.purified.value ? b : a));
    return {
      ...withInterval(least.purified),
      holds: least.purified.value > 0.5,
      detail: {
        layer: least.name,
        neurons: least.neurons,
        medianCosines: Object.fromEntries(layers.map(({ name, cosine }) => [name, cosine.median])),
        shares: Object.fromEntries(layers.map(({ name, purified }) => [name, purified.value])),
      },
    };
  },
};
