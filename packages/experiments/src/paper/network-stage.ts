import { type GivenNetworks, networkStage, type Stage } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';
import { madeBy } from './networks.ts';
import type { PaperWorld } from './world.ts';

/**
 * A stage that measures something of networks of the main run.
 *
 * @param name - Of the stage and its measurement.
 * @param networks - The networks.
 * @param world - Gives the run's data model and network.
 * @param measure - Measures; the value must be plain JSON.
 * @param needs - Names of other stages whose files it reads.
 * @returns The stage.
 */
export function ofNetworks<T, Name extends keyof typeof madeBy, Setting extends MainSetting>(
  name: string,
  networks: readonly Name[],
  world: () => PaperWorld<Setting>,
  measure: (given: GivenNetworks<PaperWorld<Setting>, Name>) => T | Promise<T>,
  needs: readonly string[] = [],
): Stage {
  const makers = Object.fromEntries(networks.map((network) => [network, madeBy[network]]));
  return networkStage({ name, networks: makers as Record<Name, string>, world, needs }, measure);
}
