import { InputError, type Step } from '@advml/core';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Layer, LayerPart } from './layer.ts';
import { applyPart, parametersOf, stepsOf } from './part.ts';
import { requireLayer } from './require-layer.ts';

/**
 * Layers one after another.
 *
 * Their names stand before those of their parameters: `conv1.weight`.
 *
 * @param layers - At least one, by name, in their order; a name has no dot and is not a number.
 * @returns A frozen layer, which may itself be a part of another.
 * @throws InputError if there are none, or a name is not allowed.
 * @example
 * ```ts
 * const layers = sequential({
 *   conv1: convolution({ filters: 16 }),
 *   relu1: activation(),
 *   pool1: maxPooling(),
 *   flatten: flatten(),
 *   dense1: dense({ neurons: 10 }),
 * });
 * ```
 */
export function sequential(layers: Readonly<Record<string, Layer>>): Layer {
  const entries = Object.entries(Object(layers)) as [string, Layer][];
  if (entries.length === 0) throw new InputError('sequential needs at least one layer, got none');
  for (const [name, layer] of entries) {
    if (!/^[^.\d][^.]*$/.test(name)) throw new InputError(`a layer needs a name such as conv1, got '${name}'`);
    requireLayer(name, layer);
  }

  const parts = (input: readonly number[]): readonly LayerPart[] => {
    let shape = input;
    return entries.map(([name, layer]) => {
      const part = { name, layer, input: shape };
      shape = layer.outputShape(shape);
      return part;
    });
  };
  return Object.freeze<Layer>({
    kind: 'sequence',
    parts,
    outputShape: (input) => entries.reduce((shape, [, layer]) => layer.outputShape(shape), input),
    parameters: (input) => parametersOf(parts(input)),
    apply: (params, x, mode) =>
      tidy(() => entries.reduce<Tensor>((h, [name, layer]) => applyPart(name, layer, params, h, mode), x)),
    describe() {
      const described = entries.flatMap(([name, layer]) => {
        const within = layer.describe?.();
        return within ? [[name, within]] : [];
      });
      return described.length === entries.length
        ? { kind: 'sequence', layers: Object.fromEntries(described) }
        : undefined;
    },
    steps(params, input) {
      const steps: Step[] = [];
      for (const part of parts(input)) steps.push(...stepsOf(part, params, steps.length, steps.length));
      return steps;
    },
  });
}
