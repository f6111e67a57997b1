import { keptMeasure, measureStage } from '@advml/runs';
import { c11 } from '../claims/c11.ts';
import type { Part } from '../part.ts';
import { type Cost, measureCost } from './cost.ts';
import { type ScalingPoint, scaledSetting, scalingPoints } from './family.ts';
import { scalingFigures } from './figures.ts';
import { scalingTables } from './tables.ts';

const stageOf = ({ family, dimension, repeat }: ScalingPoint): string => `scaling/k-${family}/d-${dimension}-${repeat}`;

/** Claim C11: what training costs against d. Each training is a stage that depends on nothing. */
export const scaling: Part<readonly Cost[]> = {
  name: 'scaling',
  claims: [c11],
  stages: (world, setting) =>
    scalingPoints(setting).map((point) =>
      measureStage(stageOf(point), [], ({ signal }, onProgress) => measureCost(world(), point, { onProgress, signal })),
    ),
  variants: (setting) =>
    scalingPoints(setting).map(({ family, dimension }) => ({ ...scaledSetting(setting, family, dimension) })),
  measures: (store, setting) =>
    Promise.all(scalingPoints(setting).map((point) => keptMeasure<Cost>(store, stageOf(point)))),
  tables: scalingTables,
  figures: async (seeds, setting) =>
    scalingFigures(
      seeds.flatMap(({ measures }) => measures),
      setting,
    ),
};
