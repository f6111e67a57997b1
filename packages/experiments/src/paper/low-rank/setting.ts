import { count, fraction, list } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';
import type { PaperWorld } from '../world.ts';

const ranks = (fallback: number[]) => list(count(1), 1).default(fallback);

/** What claim C13 tries. */
export const lowRankSetting = z.strictObject({
  ranks: ranks([1, 4, 16, 64]).describe(
    'Ranks of the updates that are trained, each beside a random subspace; larger ones than the largest become it',
  ),
  largest: fraction
    .default(0.25)
    .describe(
      'The largest rank that is trained, as a share of the full one; it is trained too, and the claim is about the largest of at most a quarter',
    ),
  truncations: ranks([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768]).describe(
    "Ranks that the update w' - w is cut to; all of it is tried too",
  ),
  steps: count(1)
    .default(300)
    .describe('Steps of every training, full training included; the schedule of adversarial training, so much shorter'),
  examples: count(2).default(500).describe('Examples attacked for each network'),
});

/** The setting as this part sees it. */
export type LowRankSetting = MainSetting & { readonly lowRank: z.output<typeof lowRankSetting> };

/** The run as this part sees it. */
export type LowRankWorld = PaperWorld<LowRankSetting>;
