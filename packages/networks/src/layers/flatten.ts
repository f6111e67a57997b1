import { reshapeStep } from '@advml/core/internal';
import { reshape } from '@tensorflow/tfjs-core';
import type { Layer } from './layer.ts';

/**
 * Each example as one row; images channels last, where PyTorch's `nn.Flatten` has them channels first. `fromStateDict` and
 * `toStateDict` reorder the weights that come after it.
 *
 * @returns A frozen layer without parameters.
 * @example
 * ```ts
 * flatten().outputShape([7, 7, 32]); // [1568]
 * ```
 */
export function flatten(): Layer {
  const width = (input: readonly number[]) => input.reduce((product, length) => product * length, 1);
  return Object.freeze<Layer>({
    kind: 'flatten',
    outputShape: (input) => [width(input)],
    parameters: () => ({}),
    apply: (_params, x) => reshape(x, [x.shape[0], width(x.shape.slice(1))]),
    describe: () => ({ kind: 'flatten' }),
    steps: (_params, input) => [{ name: '', ...reshapeStep(input, [width(input)]) }],
  });
}
