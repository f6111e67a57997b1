import { keptMeasure, measureStage, type RunStore, type Stage } from '@advml/runs';
import { type ScalingPoint, scalingPoints } from './family.ts';
import { measureCost } from './measure.ts';
import type { Cost } from './measures.ts';
import type { ScalingSetting, ScalingWorld } from './setting.ts';

const stageOf = ({ family, dimension, repeat }: ScalingPoint): string => `scaling/k-${family}/d-${dimension}-${repeat}`;

/**
 * Every training as a stage that depends on nothing.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function scalingStages(world: () => ScalingWorld, setting: ScalingSetting): readonly Stage[] {
  return scalingPoints(setting).map((point) =>
    measureStage(stageOf(point), [], ({ signal }, onProgress) => measureCost(world(), point, { onProgress, signal })),
  );
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export function scalingMeasures(store: RunStore, setting: ScalingSetting): Promise<readonly Cost[]> {
  return Promise.all(scalingPoints(setting).map((point) => keptMeasure<Cost>(store, stageOf(point))));
}
