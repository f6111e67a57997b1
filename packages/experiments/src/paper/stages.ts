import type { Stage } from '../run/stages.ts';
import { keptMeasure } from '../run/stages.ts';
import type { RunStore } from '../run/store.ts';
import { curveStage, evaluationStages, featuresStage } from './evaluation-stages.ts';
import type { PaperMeasures } from './measures.ts';
import { overfittingStages } from './overfitting-stages.ts';
import type { PaperSetting } from './setting.ts';
import { trainingStages } from './training-stages.ts';
import { type PaperWorld, paperWorld } from './world.ts';

/**
 * The paper's pipeline: initialize, train cleanly, train adversarially from there, and measure all three networks.
 *
 * The three trainings wait for each other, and the evaluation of the robust network for all of them, so these go first;
 * everything else fills the room beside them.
 *
 * @param setting - A complete setting.
 * @param seed - Seed of the run.
 * @returns The stages, the most urgent first.
 */
export function paperStages(setting: PaperSetting, seed: number): readonly Stage[] {
  let made: PaperWorld | undefined;
  const world = () => {
    made ??= paperWorld(setting, seed);
    return made;
  };
  return [
    ...trainingStages(world),
    ...evaluationStages(world, setting, 'robust'),
    featuresStage(world),
    ...evaluationStages(world, setting, 'clean'),
    curveStage(world, 'init'),
    ...(setting.overfitting.enabled ? overfittingStages(world, setting) : []),
  ];
}

/**
 * What the stages of a finished run have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function keptMeasures(store: RunStore, { overfitting }: PaperSetting): Promise<PaperMeasures> {
  const kept = <T>(name: string) => keptMeasure<T>(store, name);
  return {
    clean: await kept('robustness-clean'),
    robust: await kept('robustness-robust'),
    perturbations: { clean: await kept('perturbations-clean'), robust: await kept('perturbations-robust') },
    ...(await kept<Pick<PaperMeasures, 'features' | 'pictures'>>('features')),
    curves: { init: await kept('curve-init'), clean: await kept('curve-clean'), robust: await kept('curve-robust') },
    overfitting: overfitting.enabled ? await kept('overfitting') : null,
  };
}
