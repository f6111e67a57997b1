import { count } from '@advml/runs';
import { z } from 'zod';
import { sharesField } from '../../shared/path/points.ts';
import type { MainSetting } from '../main-setting.ts';
import type { PaperWorld } from '../world.ts';

/** Where the path from w to w' is looked at. */
export const pathSetting = z.strictObject({
  shares: sharesField
    .default([0.02, 0.05, 0.1, 0.2, 0.4, 0.7])
    .describe('Shares of adversarial training at which weights are kept and looked at, beside its start and end'),
  examples: count(2).default(200).describe('Fresh examples attacked at each, with the steps of the curves'),
});

/** The setting as this part sees it. */
export type PathSetting = MainSetting & { readonly path: z.output<typeof pathSetting> };

/** The run as this part sees it. */
export type PathWorld = PaperWorld<PathSetting>;
