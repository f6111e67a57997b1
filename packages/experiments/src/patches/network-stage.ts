import { type GivenNetworks, networkStage, type Stage } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';
import { madeBy, type NetworkName } from './networks.ts';
import type { PatchesWorld } from './world.ts';

/**
 * A stage that measures something of some networks on patches.
 *
 * @param name - Of the stage and its measurement.
 * @param networks - The networks.
 * @param world - Gives the run's data model and network.
 * @param measure - Measures; the value must be plain JSON.
 * @returns The stage.
 */
export function ofNetworks<T, Name extends NetworkName, Setting extends MainSetting>(
  name: string,
  networks: readonly Name[],
  world: () => PatchesWorld<Setting>,
  measure: (given: GivenNetworks<PatchesWorld<Setting>, Name>) => T | Promise<T>,
): Stage {
  const makers = Object.fromEntries(networks.map((network) => [network, madeBy[network]])) as Record<Name, string>;
  return networkStage({ name, networks: makers, world }, measure);
}
