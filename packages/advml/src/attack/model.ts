import { type Classifier, classifier, InputError, paramsFromArrays } from '@advml/core';
import type { SafeTensor } from '@advml/formats';
import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import type { FileArrays } from './arrays.ts';
import { describedNetwork } from './described.ts';
import { inputsOf, type OnNote } from './examples.ts';
import { modelNamed, networkNames } from './network.ts';
import type { FilesSource } from './request.ts';
import { floatWeights, weightsFor } from './weights.ts';

/** A model, and inputs as it takes them; their tensors live as long as the thread. */
export interface ModelAndInputs {
  readonly model: Classifier;
  readonly x: Tensor;
}

/**
 * The model of a file of weights, by what the file says of its network or else by what the user does.
 *
 * @param file - The weights.
 * @param raw - Inputs as their file has them.
 * @param source - What the user says.
 * @param onNote - Told what was not taken as it is.
 * @returns Model and inputs.
 * @throws InputError if nothing tells the network, or things do not fit together.
 */
export function modelAndInputs(file: FileArrays, raw: SafeTensor, source: FilesSource, onNote: OnNote): ModelAndInputs {
  const { divideBy, network: name, shape } = source;
  const network = describedNetwork(file, source);
  if (network) {
    const channels = network.inputShape.length === 3 ? network.inputShape[2] : undefined;
    const x = inputsOf(raw, { divideBy, channels }, onNote);
    return {
      model: classifier(network, paramsFromArrays(floatWeights(file.arrays))),
      x: fitted(x, network.inputShape),
    };
  }
  if (name === undefined)
    throw new InputError(
      `${file.path} does not say which network its weights belong to: give --network, one of ${networkNames.join(', ')}`,
    );
  const weights = weightsFor(name, file.arrays, onNote);
  const x = inputsOf(raw, { divideBy, channels: weights['conv1.weight']?.shape[1] }, onNote);
  return { model: modelNamed(name, paramsFromArrays(weights), x.shape.slice(1), shape), x };
}

/** Images for a network of flat inputs as one row each, and rows as images. */
function fitted(x: Tensor, inputShape: readonly number[]): Tensor {
  const [count, ...shape] = x.shape;
  const size = (lengths: readonly number[]) => lengths.reduce((product, length) => product * length, 1);
  const flat = shape.length === 1 || inputShape.length === 1;
  return flat && size(shape) === size(inputShape) ? reshape(x, [count, ...inputShape]) : x;
}
