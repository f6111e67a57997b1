import { tooManyRows } from '../../shared/too-many-rows.ts';
import { rowOf } from '../limits.ts';
import type { PaperPart } from '../part.ts';
import * as claims from './claims/index.ts';
import type { LinfMeasures } from './measures.ts';
import { type LinfSetting, linfSetting } from './setting.ts';
import { linfMeasures, linfStages } from './stages.ts';
import { linfTables } from './tables.ts';

/** Claim C12: adversarial training in l-infinity, and all networks under attack in three norms. */
export const linf: PaperPart<LinfMeasures, LinfSetting> = {
  name: 'linf',
  claims: Object.values(claims),
  settings: { linf: linfSetting.prefault({}) },
  faults: (setting) =>
    tooManyRows(rowOf(setting), 'linf', { examples: setting.linf.examples, curveExamples: setting.linf.curveExamples }),
  stages: linfStages,
  measures: linfMeasures,
  tables: linfTables,
  figures: async (seeds, setting) => (await import('./figures.ts')).linfFigures(seeds, setting),
};
