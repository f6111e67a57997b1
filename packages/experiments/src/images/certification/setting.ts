import { count, list, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';

/** What is proved beside attacks, on images. */
export const certificatesSetting = z.strictObject({
  examples: count(0).default(30).describe('Test images that are certified and attacked at small radii; 0: none'),
  multiples: list(positive, 1)
    .default([0.05, 0.1, 0.2])
    .describe('Their radii, as multiples of those of the threats; proofs seldom reach the whole radius'),
  steps: count(0).default(0).describe('Steps in which CROWN moves the slopes of its lines (alpha-CROWN)'),
  neurons: count(0)
    .default(256)
    .describe('Undecided neurons of a layer that CROWN bounds itself; with more, intervals are taken'),
});

/** The setting as this part sees it. */
export type CertificationSetting = MainSetting & { readonly certificates: z.output<typeof certificatesSetting> };
