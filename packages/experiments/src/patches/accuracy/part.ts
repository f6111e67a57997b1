import type { PatchesPart } from '../part.ts';
import * as claims from './claims/index.ts';
import type { AccuracyMeasures } from './measures.ts';
import { accuracyMeasures, accuracyStages } from './stages.ts';
import { accuracyTables } from './tables.ts';

/** Claims P1 to P6: the networks with and without an attacker. */
export const accuracy: PatchesPart<AccuracyMeasures> = {
  name: 'accuracy',
  claims: Object.values(claims),
  stages: accuracyStages,
  measures: accuracyMeasures,
  tables: accuracyTables,
  figures: async (seeds, setting) => (await import('./figures.ts')).accuracyFigures(seeds, setting),
};
