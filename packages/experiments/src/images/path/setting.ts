import { count } from '@advml/runs';
import { z } from 'zod';
import { sharesField } from '../../shared/path/points.ts';
import type { MainSetting } from '../main-setting.ts';
import type { ImagesWorld } from '../world.ts';

/** Where the path from w to w' is looked at. */
export const pathSetting = z.strictObject({
  shares: sharesField
    .default([0.02, 0.05, 0.1, 0.2, 0.4, 0.7])
    .describe('Shares of adversarial training at which weights are kept and looked at, beside its start and end'),
  examples: count(2).default(150).describe('Test examples that the probe attacks at each'),
});

/** The setting as this part sees it. */
export type PathSetting = MainSetting & { readonly path: z.output<typeof pathSetting> };

/** The run as this part sees it. */
export type PathWorld = ImagesWorld<PathSetting>;
