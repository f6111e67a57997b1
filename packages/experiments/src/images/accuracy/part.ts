import { type ImagesPart, ofOneSeed } from '../part.ts';
import * as claims from './claims/index.ts';
import type { AccuracyMeasures } from './measures.ts';
import { accuracyMeasures, accuracyStages } from './stages.ts';
import { accuracyTables } from './tables.ts';

/** Claims C1 to C3: the networks with and without an attacker. */
export const accuracy: ImagesPart<AccuracyMeasures> = {
  name: 'accuracy',
  claims: Object.values(claims),
  testImages: ({ evaluation: { examples, probeExamples } }) => ({
    'evaluation.examples': examples,
    'evaluation.probeExamples': probeExamples,
  }),
  stages: accuracyStages,
  measures: accuracyMeasures,
  tables: accuracyTables,
  figures: ofOneSeed(async (seeds, setting) => (await import('./figures.ts')).accuracyFigures(seeds, setting)),
};
