import type { Cell, Table } from '@advml/runs';
import type { LayersMeasures } from './measures.ts';

/**
 * Every layer in numbers, a table for each norm.
 *
 * @param measures - What a run measured.
 * @returns The tables.
 */
export function layersTables(measures: LayersMeasures): readonly Table[] {
  return measures.map(({ norm, layers }): Table => {
    const controlled = layers.some(({ control }) => control);
    return {
      name: `layers-${norm}`,
      title: `What adversarial training in ${norm} made of every layer`,
      note: `Cosines of a neuron, or filter, of w with the same of w' (medians over the neurons that count: of hidden layers the larger half by |w'|, since small ones hardly move and do little), and with its initialization (means of the absolute values, over all). "added" is the cosine of w - w0 and w' - w0.${controlled ? ' The control was trained in the same way from another initialization: cosine with its neuron of the same place, and with the nearest of all its neurons, which only the layers that see the image itself can be expected to share.' : ''}`,
      columns: [
        'layer',
        'neurons',
        'inputs',
        "cos(w, w')",
        'share > 0.707',
        'of all neurons',
        'added',
        ...(controlled ? ['control, same place', 'control, nearest', 'control, share > 0.707'] : []),
        '|cos(w, w0)|',
        "|cos(w', w0)|",
        'random |cos|',
        'beta',
        "|v| / |beta w'|",
      ],
      rows: layers.map(
        ({ name, neurons, inputs, cosine, purified, purifiedOfAll, added, control, withInit, beta, ratio }): Cell[] => [
          name,
          neurons,
          inputs,
          cosine.median,
          purified,
          purifiedOfAll,
          added,
          ...(control ? [control.cosine, control.nearest.median, control.purified] : []),
          withInit.clean.mean,
          withInit.robust.mean,
          withInit.random,
          beta,
          ratio,
        ],
      ),
    };
  });
}
