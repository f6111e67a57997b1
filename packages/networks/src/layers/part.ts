import type { Mode, Params } from '@advml/core';
import { nest, subtree } from '@advml/core/internal';
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
