import { count, list, nonNegative, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';
import type { PaperWorld } from '../world.ts';

const multiples = (fallback: number[]) => list(positive).default(fallback);
const numbers = (fallback: number[]) => list(nonNegative).default(fallback);

/** What the ablations change, one thing at a time. */
export const ablationsSetting = z.strictObject({
  steps: count(1)
    .default(300)
    .describe('Steps of adversarial training of every variant, its warm-up cut where it does not fit'),
  examples: count(2).default(400).describe('Examples attacked for each network'),
  noises: multiples([0.1, 0.5]).describe('Values of sigma_rho, as multiples of the final bias'),
  decays: numbers([0, 1e-4, 1e-3]).describe('Values of lambda, in both phases'),
  widths: multiples([0.5, 1.5]).describe('Numbers of neurons, as multiples of m'),
  pgdSteps: list(count(1)).default([3]).describe('Steps of PGD in place of one-step FGM in training'),
  radii: multiples([0.5, 1.5]).describe('Radii of the attack in training, as multiples of tau'),
  fixedExamples: count(2).default(20000).describe('Size of the training set where data repeat, in both phases'),
  margins: numbers([0, 0.35, 0.75]).describe('Values of gamma, in training and evaluation'),
});

/** The setting as this part sees it. */
export type AblationsSetting = MainSetting & { readonly ablations: z.output<typeof ablationsSetting> };

/** The run as this part sees it. */
export type AblationsWorld = PaperWorld<AblationsSetting>;
