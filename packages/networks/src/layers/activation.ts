import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';
import { relu, type Tensor } from '@tensorflow/tfjs-core';
import { activationName } from '../described/activations.ts';
import type { Layer } from './layer.ts';

/**
 * A function of each entry.
 *
 * @param f - Any differentiable function that keeps the shape. Default: `relu`.
 * @param kind - What it is called. Default: `relu` or `activation`.
 * @returns A frozen layer without parameters.
 * @example
 * ```ts
 * const layers = sequential({ dense1: dense({ neurons: 64 }), relu1: activation(), dense2: dense({ neurons: 10 }) });
 * ```
 */
export function activation(f: (x: Tensor) => Tensor = relu, kind = f === relu ? 'relu' : 'activation'): Layer {
  if (typeof f !== 'function')
    throw new InputError(`activation must be a function of tensors, such as relu of tfjs-core, got ${described(f)}`);
  return Object.freeze<Layer>({
    kind,
    outputShape: (input) => input,
    parameters: () => ({}),
    apply: (_params, x) => f(x),
    describe() {
      const name = activationName(f);
      return name === undefined ? undefined : { kind: 'activation', function: name, called: kind };
    },
  });
}
