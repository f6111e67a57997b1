import { InputError, type Params } from '@advml/core';
import { requireNetwork, subtree } from '@advml/core/internal';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Layer } from './layers/layer.ts';
import type { LayeredNetwork } from './layers/layered-network.ts';
import { applyPart } from './layers/part.ts';
import { requireLayer } from './layers/require-layer.ts';

/**
 * What one layer of a network gives, for a look at its neurons.
 *
 * @param network - Any network that is made of layers.
 * @param name - The layer, as `summary` names it, such as `conv2` or `block1.body.conv1`.
 * @returns A function from parameters and inputs [batch, ...inputShape] to the layer's outputs in evaluation mode, owned by the
 * caller; differentiable. Layers that come after are not run.
 * @throws InputError if no layer has that name.
 * @example
 * ```ts
 * const network = cnn();
 * const conv2 = outputOfLayer(network, 'conv2');
 * const responses = conv2(network.init(key('init', 0)), x); // [batch, 14, 14, 32], before the rectifier
 * ```
 */
export function outputOfLayer(network: LayeredNetwork, name: string): (params: Params, x: Tensor) => Tensor {
  requireNetwork('outputOfLayer', network);
  requireLayer('network.layers', network.layers);
  const run = runTo(network.layers, network.inputShape, name.split('.'));
  if (!run) throw new InputError(`no layer of ${network.name} is called '${name}'; print its summary for their names`);
  return (params, x) => tidy(() => run(params, x));
}

/** The way to a layer below another; none if there is no such layer. */
function runTo(
  layer: Layer,
  input: readonly number[],
  [first, ...rest]: readonly string[],
): ((params: Params, x: Tensor) => Tensor) | undefined {
  if (first === undefined) return (params, x) => layer.apply(params, x);
  const parts = layer.parts?.(input) ?? [];
  const at = parts.findIndex((part) => part.name === first);
  const within = parts[at] && runTo(parts[at].layer, parts[at].input, rest);
  if (!within) return undefined;
  const before = layer.kind === 'sequence' ? parts.slice(0, at) : []; // the parts of a sum all see its input
  return (params, x) =>
    within(
      subtree(params, first),
      before.reduce((h, part) => applyPart(part.name, part.layer, params, h), x),
    );
}
