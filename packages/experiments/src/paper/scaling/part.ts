import { tooManyRows } from '../../shared/too-many-rows.ts';
import { rowOf } from '../limits.ts';
import type { PaperPart } from '../part.ts';
import * as claims from './claims/index.ts';
import { scaledSetting, scalingPoints } from './family.ts';
import type { Cost } from './measures.ts';
import { type ScalingSetting, scalingSetting } from './setting.ts';
import { scalingMeasures, scalingStages } from './stages.ts';
import { scalingTables } from './tables.ts';

/** Claim C11: what training costs against d. */
export const scaling: PaperPart<readonly Cost[], ScalingSetting> = {
  name: 'scaling',
  claims: Object.values(claims),
  settings: { scaling: scalingSetting.prefault({}) },
  faults: (setting) => tooManyRows(rowOf(setting), 'scaling', { examples: setting.scaling.examples }),
  stages: scalingStages,
  variants: (setting) =>
    scalingPoints(setting).map(({ family, dimension }) => ({ ...scaledSetting(setting, family, dimension) })),
  measures: scalingMeasures,
  tables: scalingTables,
  figures: async (seeds, setting) =>
    (await import('./figures.ts')).scalingFigures(
      seeds.flatMap(({ measures }) => measures),
      setting,
    ),
};
