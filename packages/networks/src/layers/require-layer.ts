import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';
import type { Layer } from './layer.ts';

/** Refuses what is no layer, such as a function that makes one. */
export function requireLayer(name: string, layer: Layer): void {
  const { outputShape, parameters, apply } = Object(layer) as Partial<Layer>;
  if ([outputShape, parameters, apply].every((part) => typeof part === 'function')) return;
  throw new InputError(`${name} must be a layer, such as dense({ neurons: 10 }) gives, got ${described(layer)}`);
}
