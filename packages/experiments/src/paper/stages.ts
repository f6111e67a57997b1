import { neededStages, type Stage } from '../run/stages.ts';
import { chosenParts, paperParts } from './parts.ts';
import type { PaperSetting } from './setting.ts';
import { trainingStages } from './training-stages.ts';
import { type PaperWorld, paperWorld } from './world.ts';

/**
 * The paper's pipeline: initialize, train cleanly, train adversarially from there, and what the chosen parts measure.
 *
 * The three trainings wait for each other and most of the rest waits for them, so these go first.
 *
 * @param setting - A complete setting.
 * @param seed - Seed of the run.
 * @returns The stages that the chosen claims need, the most urgent first.
 */
export function paperStages(setting: PaperSetting, seed: number): readonly Stage[] {
  let made: PaperWorld | undefined;
  const world = () => {
    made ??= paperWorld(setting, seed);
    return made;
  };
  const stagesOf = paperParts.map((part) => ({ part, stages: part.stages(world, setting) }));
  const all = [...trainingStages(world), ...stagesOf.flatMap(({ stages }) => stages)];
  const chosen = chosenParts(setting);
  const wanted = stagesOf.filter(({ part }) => chosen.includes(part)).flatMap(({ stages }) => stages);
  return neededStages(
    all,
    wanted.map(({ name }) => name),
  );
}
