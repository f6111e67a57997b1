import { count, list, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';
import type { ImagesWorld } from '../world.ts';

/** What claim C15 tries. */
export const sparseSetting = z.strictObject({
  images: count(2).default(200).describe('Test images whose patches are rebuilt'),
  patches: count(1)
    .default(4)
    .describe('Patches of each, as large as a filter; whole images where the first layer is dense'),
  atoms: count(1).default(4).describe('Number of atoms at which dictionaries are compared'),
  most: count(1).default(12).describe('Largest number of atoms of a curve'),
  penalties: list(positive.max(1), 1)
    .default([0.5, 0.2, 0.1, 0.05])
    .describe('Penalties of the lasso, as shares of the one from which on codes are zero'),
});

/** The setting as this part sees it. */
export type SparseSetting = MainSetting & { readonly sparse: z.output<typeof sparseSetting> };

/** The run as this part sees it. */
export type SparseWorld = ImagesWorld<SparseSetting>;
