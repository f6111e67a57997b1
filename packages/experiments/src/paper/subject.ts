import { ball, l2 } from '@advml/core';
import { modelExamples } from '@advml/data';
import { oneOf, type Subject } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';
import { paperWorld } from './world.ts';

/**
 * A network of the pipeline, judged by examples that never run out: the first of them are those that the claims count.
 *
 * @param setting - A complete setting.
 * @param seed - Seed of the run.
 * @param of - `clean` or `robust`.
 * @returns The network and what it is judged by.
 * @throws InputError if there is no such network.
 */
export async function paperSubject(setting: MainSetting, seed: number, of: string): Promise<Subject> {
  const { network, data, root } = paperWorld(setting, seed);
  const name = oneOf(of, ['clean', 'robust']);
  return {
    name,
    network,
    examples: modelExamples(data, root.child('test'), Number.MAX_SAFE_INTEGER),
    threats: [ball(l2, setting.tau)],
    measure: `robustness-${name}`,
  };
}
