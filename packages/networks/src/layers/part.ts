import { InputError, type Mode, type Params, type Step } from '@advml/core';
import { followed, nest, subtree } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer, LayerParameter, LayerPart } from './layer.ts';

/** The parameters of some parts under their full names; each part draws from a child key of its own. */
export function parametersOf(parts: readonly LayerPart[]): Readonly<Record<string, LayerParameter>> {
  return Object.assign(
    {},
    ...parts.map(({ name, layer, input }) => {
      const own = Object.entries(layer.parameters(input)).map(([entry, parameter]) => {
        const init: LayerParameter['init'] = (key) => parameter.init(key.child(name));
        return [entry, { ...parameter, init }];
      });
      return nest(name, Object.fromEntries(own));
    }),
  );
}

/** Applies a part with its parameters, its key and its state taken from, or put among, those of the whole. */
export function applyPart(name: string, layer: Layer, params: Params, x: Tensor, mode: Mode = {}): Tensor {
  const { training, key, onState } = mode;
  return layer.apply(subtree(params, name), x, {
    training,
    key: key?.child(name),
    onState: onState && ((state) => onState(nest(name, state))),
  });
}

/**
 * The steps of a part within those of the whole.
 *
 * @param part - The part.
 * @param params - Parameters of the whole.
 * @param at - Number of the value that goes into the part.
 * @param before - How many steps come before.
 */
export function stepsOf({ name, layer, input }: LayerPart, params: Params, at: number, before: number) {
  return followed(name, ownSteps(name, layer, subtree(params, name), input), at, before);
}

/**
 * The steps of a layer.
 *
 * @throws InputError that names it, if bounds cannot go through it.
 */
export function ownSteps(name: string, layer: Layer, params: Params, input: readonly number[]): readonly Step[] {
  if (layer.steps) return layer.steps(params, input);
  throw new InputError(
    `bounds cannot go through layer '${name}' (${layer.kind}); they go through dense layers, convolutions, batch normalization, ` +
      'pooling, residual sums, and activations that are piecewise linear: relu, leakyRelu, relu6, abs, or one that piecewiseLinear gives',
  );
}
