import { count, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';
import type { PaperWorld } from '../world.ts';

/** Settings of claim C12; the key `linf`. */
export const linfSetting = z.strictObject({
  multiple: positive
    .default(1)
    .describe(
      'Radius of the linf attack, as a multiple of the one that gains as much along the dense mixture as tau does in l2',
    ),
  rate: positive
    .default(1.27)
    .describe('Peak learning rate of FGSM training, as a multiple of adversarial.rate; all else is as in adversarial'),
  examples: count(2).default(1000).describe('Fresh examples attacked in each norm'),
  steps: count(1).default(40).describe('Gradient steps of every ascent'),
  restarts: count(1).default(1).describe('Ascents from random points'),
  curveExamples: count(2).default(100).describe('Examples of the curves, whose steps are evaluation.curveSteps'),
});

/** The setting as this part sees it. */
export type LinfSetting = MainSetting & { readonly linf: z.output<typeof linfSetting> };

/** The run as this part sees it. */
export type LinfWorld = PaperWorld<LinfSetting>;
