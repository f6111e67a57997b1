import { modelExamples } from '@advml/data';
import { oneOf, type Subject } from '@advml/runs';
import { nameOf } from './accuracy/stages.ts';
import type { MainSetting } from './main-setting.ts';
import { trainedNetworks } from './networks.ts';
import { patchesWorld } from './world.ts';

/**
 * A network on patches, judged by examples that never run out: the first of them are those that the claims count.
 *
 * @param setting - A complete setting.
 * @param seed - Seed of the run.
 * @param of - `clean`, `robust`, `scratch` or `frozen`.
 * @returns The network and what it is judged by.
 * @throws InputError if there is no such network.
 */
export async function patchesSubject(setting: MainSetting, seed: number, of: string): Promise<Subject> {
  const { network, data, root, threat } = patchesWorld(setting, seed);
  const name = oneOf(of, trainedNetworks);
  return {
    name,
    network,
    examples: modelExamples(data, root.child('test'), Number.MAX_SAFE_INTEGER),
    threats: [threat],
    measure: nameOf(name),
  };
}
