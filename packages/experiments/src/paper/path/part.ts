import { tooManyRows } from '../../shared/too-many-rows.ts';
import { rowOf } from '../limits.ts';
import type { PaperPart } from '../part.ts';
import type { PathMeasures } from './measures.ts';
import { type PathSetting, pathSetting } from './setting.ts';
import { pathMeasures, pathStages } from './stages.ts';
import { pathsTables } from './tables.ts';

/** The path of purification: how much robustness adversarial training reaches while most neurons are still those of w. */
export const path: PaperPart<PathMeasures, PathSetting> = {
  name: 'path',
  claims: [],
  settings: { path: pathSetting.prefault({}) },
  faults: (setting) => tooManyRows(rowOf(setting), 'path', { examples: setting.path.examples }),
  stages: pathStages,
  measures: pathMeasures,
  tables: pathsTables,
  figures: async (seeds, setting) => (await import('./figures.ts')).pathsFigures(seeds, setting),
};
