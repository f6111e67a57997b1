import type { PatchesPart } from '../part.ts';
import * as claims from './claims/index.ts';
import type { FiltersMeasures } from './measures.ts';
import { filtersMeasures, filtersStages } from './stages.ts';
import { filtersTables } from './tables.ts';

/** Claims P7 to P10: which features the filters follow, before and after adversarial training. */
export const filters: PatchesPart<FiltersMeasures> = {
  name: 'filters',
  claims: Object.values(claims),
  stages: filtersStages,
  measures: filtersMeasures,
  tables: filtersTables,
  figures: async (seeds, setting) => (await import('./figures.ts')).filtersFigures(seeds, setting),
};
