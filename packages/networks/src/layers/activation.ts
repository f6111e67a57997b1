import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';
import { relu, type Tensor } from '@tensorflow/tfjs-core';
import { describedActivation } from '../described/activations.ts';
import type { Layer } from './layer.ts';
import { piecesOf } from './piecewise-linear.ts';

/**
 * A function of each entry.
 *
 * Certificates go through `relu`, `leakyRelu`, `relu6` and `abs` of tfjs-core, and through what {@link piecewiseLinear} gives.
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
  const pieces = piecesOf(f);
  return Object.freeze<Layer>({
    kind,
    outputShape: (input) => input,
    parameters: () => ({}),
    apply: (_params, x) => f(x),
    describe() {
      const told = describedActivation(f);
      return told === undefined ? undefined : { kind: 'activation', function: told, called: kind };
    },
    ...(pieces && { steps: (_params, shape) => [{ kind: 'bend', name: '', shape, pieces }] }),
  });
}
