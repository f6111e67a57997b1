import type { NetworkDescription } from '@advml/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayeredNetwork } from '../layers/layered-network.ts';
import { describedActivation } from './activations.ts';

/** A network of layers that says what it is, unless its activation is a function that has no name here. */
export function describedLayers(
  network: LayeredNetwork,
  bend: ((x: Tensor) => Tensor) | undefined,
  sizes: NetworkDescription,
): LayeredNetwork {
  const activation = describedActivation(bend);
  return Object.freeze<LayeredNetwork>({
    ...network,
    describe: () => (activation === undefined ? undefined : { ...sizes, activation }),
  });
}
