import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { LayerMeasures, LayersMeasures } from '../measures.ts';
import { hasChanged } from '../measures.ts';

const UNKNOWN = { median: 0, low: -2, high: 2 };

/** By how much neurons of w are nearer to their own w' than to the control's nearest neuron, in the median. */
const nearer = ({ control }: LayerMeasures) => control?.nearer ?? UNKNOWN;

/** Adversarial training keeps what clean training found, in every layer: the control says what any such network has in common. */
export const c14: ClaimRule<LayersMeasures, MainSetting> = {
  id: 'C14',
  statement:
    'In every layer of a deep network neurons stay nearer to themselves under adversarial training than to any neuron of a network that was trained in the same way from elsewhere.',
  quantity:
    "median of a neuron's cos(w, w') less the cosine with the control's nearest neuron, in the layer whose interval reaches lowest",
  bar: "> 0 with its interval, and |v| / |beta w'| >= 0.1 in the median of some layer",
  find: ([{ layers }]) => {
    const least = layers.reduce((a, b) => (nearer(b).low < nearer(a).low ? b : a));
    const { median, low, high } = nearer(least);
    return {
      value: median,
      interval: [low, high],
      holds: low > 0 && layers.some(hasChanged),
      detail: {
        layer: least.name,
        ...Object.fromEntries(
          layers.map(({ name, cosine, control, added }) => [
            name,
            { own: cosine.median, nearestOfControl: control?.nearest.median, added },
          ]),
        ),
      },
    };
  },
};
