import type { LoopOptions, Params } from '@advml/core';
import type { RunStore } from '../store/store.ts';
import { measureStage } from './measures.ts';
import { type Own, owning } from './owning.ts';
import type { Stage } from './stages.ts';
import { keptWeights } from './weights.ts';

/** What a measurement of some networks is given. */
export interface GivenNetworks<World, Name extends string> {
  /** What the run is about. */
  readonly world: World;
  /** Parameters of the networks, in the care of the stage. */
  readonly params: Readonly<Record<Name, Params>>;
  /** The run's files. */
  readonly store: RunStore;
  /** Progress and abort. */
  readonly loop: Required<Pick<LoopOptions, 'onProgress'>> & Pick<LoopOptions, 'signal'>;
  /** Takes tensors into the care of the stage. */
  readonly own: Own;
}

/** What a {@link networkStage} measures, and of what. */
export interface NetworkStageOptions<World, Name extends string> {
  /** Of the stage and its measurement. */
  readonly name: string;
  /** The stages that make the networks, by what their weights are called. */
  readonly networks: Readonly<Record<Name, string>>;
  /**
   * Gives what the run is about.
   *
   * @param store - The run's files.
   * @returns Data, network and keys.
   */
  world(store: RunStore): World | Promise<World>;
  /** Names of other stages whose files it reads. Default: none. */
  readonly needs?: readonly string[];
}

/**
 * A stage that measures something of networks whose weights earlier stages kept.
 *
 * @param options - See {@link NetworkStageOptions}.
 * @param measure - Measures; the value must be plain JSON.
 * @returns The stage; `keptMeasure` reads what it made.
 */
export function networkStage<T, World, Name extends string>(
  { name, networks, world, needs = [] }: NetworkStageOptions<World, Name>,
  measure: (given: GivenNetworks<World, Name>) => T | Promise<T>,
): Stage {
  return measureStage(name, [...Object.values<string>(networks), ...needs], ({ store, signal }, onProgress) =>
    owning(async (own) => {
      const here = await world(store);
      const load = async (network: string) => [network, own(await keptWeights(store, network))] as const;
      const loaded = await Promise.all(Object.keys(networks).map(load));
      const params = Object.fromEntries(loaded) as Record<Name, Params>;
      return measure({ world: here, params, store, loop: { onProgress, signal }, own });
    }),
  );
}
