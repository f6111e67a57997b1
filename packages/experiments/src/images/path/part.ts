import { type ImagesPart, ofOneSeed } from '../part.ts';
import type { PathMeasures } from './measures.ts';
import { type PathSetting, pathSetting } from './setting.ts';
import { pathMeasures, pathStages } from './stages.ts';
import { pathsTables } from './tables.ts';

/** The path of purification: how much robustness adversarial training reaches while the layers are still those of w. */
export const path: ImagesPart<PathMeasures, PathSetting> = {
  name: 'path',
  claims: [],
  settings: { path: pathSetting.prefault({}) },
  testImages: ({ path: { examples } }) => ({ 'path.examples': examples }),
  stages: pathStages,
  measures: pathMeasures,
  tables: pathsTables,
  figures: ofOneSeed(async (seeds, setting) => (await import('./figures.ts')).pathsFigures(seeds, setting)),
};
