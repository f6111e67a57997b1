import { classifier, InputError, paramsFromArrays } from '@advml/core';
import type { FileArrays } from '../arrays.ts';
import type { OnNote } from '../data/raw-examples.ts';
import { describedNetwork } from '../described.ts';
import { networkNamed, networkNames } from '../network.ts';
import type { FilesSource } from '../request.ts';
import { floatWeights, paramsFor, weightsFor } from '../weights.ts';
import type { LoadedModel } from './loaded-model.ts';

/**
 * The model of a file of weights, by what the file says of its network or else by what the user does.
 *
 * @param file - The weights.
 * @param told - What the user says.
 * @param onNote - Told what was not taken as it is.
 * @returns The model.
 * @throws InputError if nothing tells the network, or things do not fit together.
 */
export function weightsModel(
  file: FileArrays,
  told: Pick<FilesSource, 'network' | 'shape'>,
  onNote: OnNote,
): LoadedModel {
  const { path, sha256 } = file;
  const origin = { path, sha256 };
  const network = describedNetwork(file, told);
  if (network) {
    const model = classifier(network, paramsFromArrays(floatWeights(file.arrays)));
    return { origin, architecture: network.name, inputShape: network.inputShape, on: () => model };
  }
  const { network: name, shape: known } = told;
  if (name === undefined)
    throw new InputError(
      `${path} does not say which network its weights belong to: give --network, one of ${networkNames.join(', ')}`,
    );
  const named = weightsFor(name, file, onNote);
  const channels = named.weights['conv1.weight']?.shape[1];
  return {
    origin,
    architecture: name,
    ...(channels !== undefined && { inputShape: [null, null, channels] }),
    on: (shape) => {
      const made = networkNamed(name, named.weights, shape, known);
      return classifier(made, paramsFor(made, named));
    },
  };
}
