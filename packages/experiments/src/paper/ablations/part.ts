import { tooManyRows } from '../../shared/too-many-rows.ts';
import { rowOf } from '../limits.ts';
import type { PaperPart } from '../part.ts';
import type { AblationResult } from './measures.ts';
import { type AblationsSetting, ablationsSetting } from './setting.ts';
import { ablationMeasures, ablationStages } from './stages.ts';
import { ablationTable } from './tables.ts';
import { ablationGroups } from './variants.ts';

/** What becomes of both trainings when one thing is changed; no claim is judged by it. */
export const ablations: PaperPart<readonly AblationResult[], AblationsSetting> = {
  name: 'ablations',
  claims: [],
  settings: { ablations: ablationsSetting.prefault({}) },
  faults: (setting) => tooManyRows(rowOf(setting), 'ablations', { examples: setting.ablations.examples }),
  stages: ablationStages,
  variants: (setting) =>
    ablationGroups(setting).flatMap(({ ablations }) => ablations.flatMap(({ change }) => (change ? [change] : []))),
  measures: ablationMeasures,
  tables: (results, setting) => [ablationTable(results, setting)],
  figures: async (seeds, setting) => (await import('./figures.ts')).ablationFigures(seeds, setting),
};
