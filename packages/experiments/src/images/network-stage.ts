import { type GivenNetworks, networkStage, type Stage } from '@advml/runs';
import { sameWorld } from './images-stage.ts';
import type { MainSetting } from './main-setting.ts';
import { madeBy, type NetworkName } from './networks.ts';
import type { ImagesWorld } from './world.ts';

/**
 * A stage that measures something of some networks.
 *
 * @param name - Of the stage and its measurement.
 * @param networks - The networks.
 * @param world - Gives the run's images and network.
 * @param measure - Measures; the value must be plain JSON.
 * @returns The stage.
 */
export function ofNetworks<T, Name extends NetworkName, Setting extends MainSetting>(
  name: string,
  networks: readonly Name[],
  world: () => Promise<ImagesWorld<Setting>>,
  measure: (given: GivenNetworks<ImagesWorld<Setting>, Name>) => T | Promise<T>,
): Stage {
  const makers = Object.fromEntries(networks.map((network) => [network, madeBy(network)]));
  const here = { name, networks: makers as Record<Name, string> };
  return networkStage({ ...here, world: (store) => sameWorld(world, store) }, measure);
}
