import type { PaperPart } from '../part.ts';
import * as claims from './claims/index.ts';
import type { PaperMeasures } from './measures.ts';
import { purificationMeasures, purificationStages } from './stages.ts';
import { purificationTables } from './tables.ts';

/** Claims C1 to C8: all three networks measured. */
export const purification: PaperPart<PaperMeasures> = {
  name: 'purification',
  claims: Object.values(claims),
  stages: purificationStages,
  measures: purificationMeasures,
  tables: purificationTables,
  figures: async (seeds, setting) =>
    seeds.length === 1 ? (await import('./figures.ts')).purificationFigures(seeds[0], setting) : [],
};
