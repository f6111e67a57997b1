import { count, list, nonNegative, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';
import type { PaperWorld } from '../world.ts';

/** What claim C9 tries. */
export const overfittingSetting = z.strictObject({
  examples: count(2).default(500).describe('Fresh examples attacked for each variant, and of a fixed training set'),
  steps: count(1).default(100).describe('Steps of every ascent against a variant'),
  fixedExamples: count(2)
    .default(20000)
    .describe('Size of the fixed training set of the variant that repeats its data'),
  widths: list(positive).default([0.5, 2]).describe('Numbers of neurons to try, as multiples of m'),
  decays: list(nonNegative).default([1e-6, 1e-4]).describe('Values of lambda to try'),
});

/** The setting as this part sees it. */
export type OverfittingSetting = MainSetting & { readonly overfitting: z.output<typeof overfittingSetting> };

/** The run as this part sees it. */
export type OverfittingWorld = PaperWorld<OverfittingSetting>;
