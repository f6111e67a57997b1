import { ENTRIES, tooManyRows } from '../../shared/too-many-rows.ts';
import { rowOf } from '../limits.ts';
import type { PaperPart } from '../part.ts';
import * as claims from './claims/index.ts';
import type { LowComplexityMeasures } from './measures.ts';
import { type LowComplexitySetting, lowComplexitySetting } from './setting.ts';
import { lowComplexityMeasures, lowComplexityStages } from './stages.ts';
import { lowComplexityTables } from './tables.ts';
import { multiplesOf } from './told.ts';

/** Claim C10: models of low complexity, each trained cleanly and then adversarially, beside the network. */
export const lowComplexity: PaperPart<LowComplexityMeasures, LowComplexitySetting> = {
  name: 'low-complexity',
  claims: Object.values(claims),
  settings: { lowComplexity: lowComplexitySetting.prefault({}) },
  faults(setting) {
    const { batch, examples, curveExamples, features } = setting.lowComplexity;
    const path = ['lowComplexity', 'features'];
    const message = `features times the dimension (d) squared must be at most ${ENTRIES}, which takes 256 MB`;
    const tooLarge = features * setting.data.dimension ** 2 > ENTRIES;
    const multiple = multiplesOf(setting).at(-1) ?? 1;
    const row = Math.max(rowOf(setting), multiple * setting.data.dimension);
    const what = `inputs or neurons, with lowComplexity.multiples up to ${multiple}`;
    return [
      ...(tooLarge ? [{ path, message }] : []),
      ...tooManyRows(rowOf(setting), 'lowComplexity', { batch }),
      ...tooManyRows(row, 'lowComplexity', { examples, curveExamples }, what),
    ];
  },
  stages: lowComplexityStages,
  measures: lowComplexityMeasures,
  tables: lowComplexityTables,
  figures: async (seeds, setting) => (await import('./figures.ts')).lowComplexityFigures(seeds, setting),
};
