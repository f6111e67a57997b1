import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { LayerMeasures, LayersMeasures } from '../measures.ts';

/** How much larger cosines with initialization are than those of random vectors of as many inputs: w or w', whichever is more. */
function overRandom({ withInit: { clean, robust, random } }: LayerMeasures) {
  const larger = robust.mean > clean.mean ? robust : clean;
  return { value: larger.mean / random, low: larger.low / random, high: Math.max(clean.high, robust.high) / random };
}

/** Weights are far from initialization: less than half of a neuron's square lies along where it began, and little more than by chance. */
export const c4: ClaimRule<LayersMeasures, MainSetting> = {
  id: 'C4',
  statement: 'In every layer trained neurons have turned away from where they started.',
  quantity:
    "larger of mean |cos(w, w0)| and mean |cos(w', w0)|, as a multiple of what random vectors give, in the layer whose interval reaches highest",
  bar: '<= 3 with its interval, and every mean < 0.707',
  find: ([{ layers }]) => {
    const most = layers.reduce((a, b) => (overRandom(b).high > overRandom(a).high ? b : a));
    const { value, low, high } = overRandom(most);
    const largest = Math.max(...layers.flatMap(({ withInit: { clean, robust } }) => [clean.mean, robust.mean]));
    return {
      value,
      interval: [low, high],
      holds: layers.every((layer) => overRandom(layer).high <= 3) && largest < Math.SQRT1_2,
      detail: {
        layer: most.name,
        largestMean: largest,
        ...Object.fromEntries(
          layers.map(({ name, withInit: { clean, robust, random } }) => [
            name,
            { clean: clean.mean, robust: robust.mean, random },
          ]),
        ),
      },
    };
  },
};
