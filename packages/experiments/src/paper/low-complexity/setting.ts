import { count, fraction, list, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';
import type { PaperWorld } from '../world.ts';

/** Claim C10: how the models of low complexity are trained and attacked. */
export const lowComplexitySetting = z.strictObject({
  cleanSteps: count(1).default(120).describe('Steps of clean training of a model of low complexity'),
  adversarialSteps: count(1).default(140).describe('Steps of its adversarial training, from there'),
  batch: count(1).default(256).describe('Examples a step, fresh at every step'),
  rates: list(positive, 1)
    .default([0.3, 1, 3])
    .describe('Learning rates to try, as multiples of one that suits the model'),
  trial: fraction.default(0.2).describe('Length of a trial of a rate, as a share of the training'),
  features: positive.default(2).describe('Number of random features, as a multiple of d'),
  thresholds: list(positive)
    .default([1])
    .describe("Thresholds of further tangent models, in units of sigma_0, beside the network's own"),
  lazyScale: positive.default(1e5).describe('Scale of the output of the lazily trained network'),
  multiples: list(count(1), 1)
    .default([1, 2, 4])
    .describe(
      'Multiples of k, and of d with it, at which models that are told the features are measured; those are left out whose d is too large',
    ),
  examples: count(2).default(2000).describe('Examples attacked for each model'),
  steps: count(1).default(40).describe('PGD steps of every start'),
  curveExamples: count(2).default(100).describe('Examples of the curves'),
  curveSteps: count(1).default(15).describe('PGD steps of the curves'),
});

/** The setting as this part sees it. */
export type LowComplexitySetting = MainSetting & { readonly lowComplexity: z.output<typeof lowComplexitySetting> };

/** The run as this part sees it. */
export type LowComplexityWorld = PaperWorld<LowComplexitySetting>;
