import type { LoopOptions, Params } from '@advml/core';
import type { Stage } from '@advml/runs';
import { measureStage, type Own, owning } from '@advml/runs';
import { sameWorld } from './images-stage.ts';
import { madeBy, type NetworkName } from './networks.ts';
import { weightsOf } from './training-stages.ts';
import type { ImagesWorld } from './world.ts';

/** What a measurement of some networks is given. */
export interface Given<Name extends NetworkName> {
  /** The run. */
  readonly world: ImagesWorld;
  /** Parameters of the networks, in the care of the stage. */
  readonly params: Readonly<Record<Name, Params>>;
  /** Progress and abort. */
  readonly loop: LoopOptions;
  /** Takes tensors into the care of the stage. */
  readonly own: Own;
}

/**
 * A stage that measures something of some networks.
 *
 * @param name - Of the stage and its measurement.
 * @param networks - The networks.
 * @param world - Gives the run's images and network.
 * @param measure - Measures; the value must be plain JSON.
 * @returns The stage.
 */
export function ofNetworks<T, Name extends NetworkName>(
  name: string,
  networks: readonly Name[],
  world: () => Promise<ImagesWorld>,
  measure: (given: Given<Name>) => T | Promise<T>,
): Stage {
  return measureStage(name, networks.map(madeBy), (context, onProgress) =>
    owning(async (own) => {
      const here = await sameWorld(world, context.store);
      const loaded = await Promise.all(
        networks.map(async (network) => [network, await weightsOf(context, own, network)] as const),
      );
      const params = Object.fromEntries(loaded) as Record<Name, Params>;
      return measure({ world: here, params, loop: { onProgress, signal: context.signal }, own });
    }),
  );
}
