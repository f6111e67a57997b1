import { count, list, nonNegative, positive } from '@advml/runs';
import { z } from 'zod';
import { LARGEST_DIMENSION } from '../limits.ts';
import type { MainSetting } from '../main-setting.ts';
import type { PaperWorld } from '../world.ts';

/** How claim C11 is measured. */
export const scalingSetting = z
  .strictObject({
    dimensions: list(count(8, LARGEST_DIMENSION), 3)
      .default([256, 384, 512, 768, 1024, 1536, 2048])
      .describe('Values of d, at least three; tau, rates, m and batches follow from them'),
    growth: nonNegative.default(0.3).describe('k = d^growth in the family where k grows'),
    repeats: count(1, 100).default(3).describe('Trainings at each d where k is fixed'),
    growingRepeats: count(1, 100).default(2).describe('Trainings at each d where k grows'),
    repeatsAtLargest: count(1, 100).default(1).describe('Trainings at the largest d, in either family'),
    batchShare: positive.default(0.25).describe('Examples a step, as a share of d, in both phases'),
    steps: count(1)
      .default(1000)
      .describe('Steps of adversarial training after which a bar counts as not reached, at the smallest d'),
    stepsGrowth: nonNegative.max(3).default(0.5).describe('These steps grow with d, as d^stepsGrowth'),
    averaging: count(1).default(50).describe('Steps over which the weights are averaged that are attacked'),
    examples: count(2).default(1000).describe('Fresh examples that the accuracies are measured on'),
    cleanEvery: count(1).default(2).describe('Steps of clean training between two measurements'),
    robustEvery: count(1)
      .default(20)
      .describe('Steps of adversarial training between two measurements, or a twentieth of those made if that is more'),
    attackSteps: count(1).default(10).describe('PGD steps of every restart in these measurements'),
    confirmSteps: count(1).default(50).describe('PGD steps of every restart that must confirm a bar'),
  })
  .refine(({ dimensions }) => new Set(dimensions).size === dimensions.length, {
    path: ['dimensions'],
    error: 'dimensions must differ: more trainings at one d are repeats',
  });

/** The setting as this part sees it. */
export type ScalingSetting = MainSetting & { readonly scaling: z.output<typeof scalingSetting> };

/** The run as this part sees it. */
export type ScalingWorld = PaperWorld<ScalingSetting>;
