import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { LayerMeasures, LayersMeasures } from '../measures.ts';

/** By how much neurons of w are nearer to their own w' than to the control's nearest neuron, in the median. */
const nearer = ({ cosine, control }: LayerMeasures): number => cosine.median - (control?.nearest.median ?? Number.NaN);

/** Adversarial training keeps what clean training found, in every layer: the control says what any such network has in common. */
export const c14: ClaimRule<LayersMeasures, MainSetting> = {
  id: 'C14',
  statement:
    'In every layer of a deep network neurons stay nearer to themselves under adversarial training than to any neuron of a network that was trained in the same way from elsewhere.',
  quantity: "smallest of a layer's median cos(w, w') less the median cosine with the control's nearest neuron",
  bar: '> 0',
  find: ([{ layers }]) => {
    const least = layers.reduce((a, b) => (nearer(b) < nearer(a) ? b : a));
    return {
      value: nearer(least),
      interval: null,
      holds: nearer(least) > 0,
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
