import { tooManyRows } from '../../shared/too-many-rows.ts';
import { rowOf } from '../limits.ts';
import type { PaperPart } from '../part.ts';
import * as claims from './claims/index.ts';
import type { LowRankMeasures } from './measures.ts';
import { type LowRankSetting, lowRankSetting } from './setting.ts';
import { lowRankMeasures, lowRankStages } from './stages.ts';
import { lowRankTables } from './tables.ts';

/** Claim C13: the rank of what adversarial training changes, and what updates of low rank can do in its place. */
export const lowRank: PaperPart<LowRankMeasures, LowRankSetting> = {
  name: 'low-rank',
  claims: Object.values(claims),
  settings: { lowRank: lowRankSetting.prefault({}) },
  faults: (setting) => tooManyRows(rowOf(setting), 'lowRank', { examples: setting.lowRank.examples }),
  stages: lowRankStages,
  measures: lowRankMeasures,
  tables: lowRankTables,
  figures: async (seeds, setting) => (await import('./figures.ts')).lowRankFigures(seeds, setting),
};
