import { type Classifier, InputError } from '@advml/core';
import { outputOf, requireInteger } from '@advml/core/internal';
import { mean, reshape, slice, type Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * One neuron of a layer as a function of the network's input: an entry of the last axis, averaged over all places of an image.
 *
 * @param layer - From inputs [batch, ...] to the layer's outputs, [batch, neurons] or [batch, height, width, channels].
 * @param index - Which neuron or channel.
 * @returns A function from inputs to activations [batch], for `visualize`.
 * @throws InputError if the index is not an integer >= 0; when applied, if there is no such neuron.
 * @example
 * ```ts
 * const conv2 = outputOfLayer(network, 'conv2'); // from '@advml/networks'
 * const seen = await visualize(neuron((x) => conv2(params, x), 5), x, { threat: ball(l2, 1.5, { low: 0, high: 1 }) });
 * ```
 */
export function neuron(layer: (x: Tensor) => Tensor, index: number): Classifier {
  requireInteger({ index });
  return (x) =>
    tidy(() => {
      const outputs = outputOf(layer, x);
      if (outputs.rank < 2)
        throw new InputError(`a layer must give [batch, ..., neurons], got shape [${outputs.shape}]`);
      const [batch, neurons] = [outputs.shape[0], outputs.shape[outputs.rank - 1]];
      if (index >= neurons)
        throw new InputError(`index must be below ${neurons}, the neurons of the layer, got ${index}`);
      const places = reshape(outputs, [batch, -1, neurons]);
      return mean(slice(places, [0, 0, index], [-1, -1, 1]), [1, 2]); // [batch]
    });
}
