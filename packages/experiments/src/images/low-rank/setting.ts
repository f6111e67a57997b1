import { count, list, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';
import type { ImagesWorld } from '../world.ts';

const shares = list(positive.max(1), 1).default([1 / 64, 1 / 16, 1 / 4]);

/** What claim C13 tries on images. */
export const lowRankSetting = z.strictObject({
  shares: shares.describe(
    "Ranks of the updates that are trained, in every layer at once, as shares of the layer's full rank; the claim is about the largest of at most a quarter",
  ),
  truncations: shares.describe(
    "Ranks that the update w' - w is cut to, in all layers and in each alone, as such shares; none and all of it are tried too",
  ),
  epochs: positive.default(2).describe('Passes of every training, full training included'),
  examples: count(2).default(250).describe('Test examples that the probe attacks for each network'),
});

/** The setting as this part sees it. */
export type LowRankSetting = MainSetting & { readonly lowRank: z.output<typeof lowRankSetting> };

/** The run as this part sees it. */
export type LowRankWorld = ImagesWorld<LowRankSetting>;
