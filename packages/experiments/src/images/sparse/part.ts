import { type ImagesPart, ofOneSeed } from '../part.ts';
import * as claims from './claims/index.ts';
import type { SparseMeasures } from './measures.ts';
import { type SparseSetting, sparseSetting } from './setting.ts';
import { sparseMeasures, sparseStages } from './stages.ts';
import { sparseTables } from './tables.ts';

/** Claim C15: patches of images rebuilt from a few first-layer filters. */
export const sparse: ImagesPart<SparseMeasures, SparseSetting> = {
  name: 'sparse',
  claims: Object.values(claims),
  settings: { sparse: sparseSetting.prefault({}) },
  testImages: ({ sparse: { images } }) => ({ 'sparse.images': images }),
  stages: sparseStages,
  measures: sparseMeasures,
  tables: sparseTables,
  figures: ofOneSeed(async (seeds, setting) => (await import('./figures.ts')).sparseFigures(seeds, setting)),
};
