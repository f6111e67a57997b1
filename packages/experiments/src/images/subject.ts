import type { RunStore } from '@advml/runs';
import { oneOf, type Subject } from '@advml/runs';
import { nameOf } from './accuracy/stages.ts';
import { sameWorld } from './images-stage.ts';
import type { MainSetting } from './main-setting.ts';
import { attackedNetworks, mainRobust } from './networks.ts';
import { type ImagesWorld, threatOf } from './world.ts';

/**
 * A network of an experiment on images, judged by the test images.
 *
 * @param setting - A complete setting.
 * @param world - The images and the network.
 * @param of - `clean`, `robust` (in the first norm), or in a norm, such as `robust-l2`.
 * @param store - The run's files, whose images must be those that are found now; none where there is no run yet.
 * @returns The network and what it is judged by.
 * @throws InputError if there is no such network, or the images are others.
 */
export async function imagesSubject(
  setting: MainSetting,
  world: () => Promise<ImagesWorld>,
  of: string,
  store?: RunStore,
): Promise<Subject> {
  const name = oneOf(of === 'robust' ? mainRobust(setting) : of, attackedNetworks(setting));
  const { network, test } = await (store ? sameWorld(world, store) : world());
  const own = setting.threats.filter(({ norm }) => name === `robust-${norm}`);
  return {
    name,
    network,
    examples: test,
    threats: [...new Set([...own, ...setting.threats])].map(threatOf),
    measure: nameOf.judged(name),
  };
}
