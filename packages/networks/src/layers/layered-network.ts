import { InputError, type Network } from '@advml/core';
import { requireOptions, requireSameTree, requireShape } from '@advml/core/internal';
import { squeeze, tidy } from '@tensorflow/tfjs-core';
import { requireLengths } from '../require-lengths.ts';
import type { Layer } from './layer.ts';
import { ownSteps } from './part.ts';
import { requireLayer } from './require-layer.ts';

/** A network made of layers. */
export interface LayeredNetwork extends Network {
  /** Its layers, usually a sequence of them. */
  readonly layers: Layer;
}

/** What {@link layeredNetwork} takes. */
export interface LayeredNetworkOptions {
  /** The kind and its sizes, such as `MLP 784-32-10`. */
  readonly name: string;
  /** Shape of one input, without the batch axis. */
  readonly inputShape: readonly number[];
  /** Its layers, usually a sequence of them. */
  readonly layers: Layer;
}

/**
 * A network from layers: with logits if the last one gives several numbers, with a score if it gives one.
 *
 * It says what it is, so that files of its weights do, unless one of its layers is the user's own and has no `describe`.
 *
 * @param options - See {@link LayeredNetworkOptions}.
 * @returns A frozen network.
 * @throws InputError if a layer cannot take what the one before gives, or the outputs are not flat; when applied, if inputs or
 * parameters do not fit.
 * @example
 * ```ts
 * const network = layeredNetwork({
 *   name: 'small CNN',
 *   inputShape: [28, 28, 1],
 *   layers: sequential({
 *     conv1: convolution({ filters: 8, size: 5, stride: 2 }),
 *     relu1: activation(),
 *     pool: globalAveragePooling(),
 *     dense1: dense({ neurons: 10, initial: lecun }),
 *   }),
 * });
 * const logits = network.apply(network.init(key('init', 0)), x); // [batch, 10]
 * ```
 */
export function layeredNetwork(options: LayeredNetworkOptions): LayeredNetwork {
  requireOptions<LayeredNetworkOptions>('layeredNetwork', options, { name: true, inputShape: true, layers: true });
  const { name, inputShape, layers } = options;
  requireLengths({ inputs: inputShape });
  requireLayer('layers', layers);
  const outputs = layers.outputShape(inputShape);
  if (outputs.length !== 1)
    throw new InputError(`the layers of ${name} must end in a flat shape, got [${outputs.join(', ')}]`);
  const parameters = layers.parameters(inputShape);
  const entries = Object.entries(parameters);
  const output = outputs[0] === 1 ? 'score' : 'logits';
  return Object.freeze<LayeredNetwork>({
    name,
    inputShape: Object.freeze([...inputShape]),
    output,
    parameters: Object.fromEntries(entries.map(([entry, { shape }]) => [entry, { shape }])),
    state: Object.freeze(entries.filter(([, { state }]) => state).map(([entry]) => entry)),
    layers,
    init: (key) => Object.fromEntries(entries.map(([entry, parameter]) => [entry, parameter.init(key)])),
    apply(params, x, mode) {
      requireSameTree('parameters', params, parameters);
      requireShape('x', x, [null, ...inputShape]);
      return tidy(() => {
        const y = layers.apply(params, x, mode); // [batch, outputs]
        return output === 'score' ? squeeze(y, [1]) : y;
      });
    },
    describe() {
      const within = layers.describe?.();
      return within && { kind: 'layered', name, inputs: [...inputShape], layers: within };
    },
    steps(params) {
      requireSameTree('parameters', params, parameters);
      return ownSteps(name, layers, params, inputShape);
    },
  });
}
