import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { LayersMeasures } from '../measures.ts';

/** Weights are far from initialization: less than half of a neuron's square lies along where it began. */
export const c4: ClaimRule<LayersMeasures, MainSetting> = {
  id: 'C4',
  statement: 'In every layer trained neurons have turned away from where they started.',
  quantity: "largest mean |cos(w, w0)| or |cos(w', w0)| of a layer",
  bar: '< 0.707',
  find: ([{ layers }]) => {
    const value = Math.max(...layers.flatMap(({ withInit }) => [withInit.clean, withInit.robust]));
    return {
      value,
      interval: null,
      holds: value < Math.SQRT1_2,
      detail: Object.fromEntries(
        layers.map(({ name, withInit: { clean, robust, random } }) => [name, { clean, robust, random }]),
      ),
    };
  },
};
