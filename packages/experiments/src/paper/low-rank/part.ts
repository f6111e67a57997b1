import { c13 } from '../claims/c13.ts';
import type { Part } from '../part.ts';
import { lowRankFigures } from './figures.ts';
import type { LowRankMeasures } from './measures.ts';
import { lowRankMeasures, lowRankStages } from './stages.ts';
import { lowRankTables } from './tables.ts';

/** Claim C13: the rank of what adversarial training changes, and what updates of low rank can do in its place. */
export const lowRank: Part<LowRankMeasures> = {
  name: 'low-rank',
  claims: [c13],
  stages: lowRankStages,
  measures: lowRankMeasures,
  tables: lowRankTables,
  figures: async (seeds, setting) => lowRankFigures(seeds, setting),
};
