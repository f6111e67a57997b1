import { InputError } from '@advml/core';
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
  check({ network, weights: [first], shape: [height, width, ...rest] }) {
    const [, , size = 1] = network.layers.parameters([height, width, ...rest])[first].shape;
    if (size > Math.min(height, width))
      throw new InputError(
        `filters of '${first}' must be at most ${Math.min(height, width)} wide, as the images are, to be compared with their patches, got ${size}; take smaller ones, or leave out claim C15`,
      );
  },
  stages: sparseStages,
  measures: sparseMeasures,
  tables: sparseTables,
  figures: ofOneSeed(async (seeds, setting) => (await import('./figures.ts')).sparseFigures(seeds, setting)),
};
