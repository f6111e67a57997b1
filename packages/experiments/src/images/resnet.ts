import { resnet } from '@advml/networks';
import type { Experiment } from '@advml/runs';
import { count, list } from '@advml/runs';
import { z } from 'zod';
import { cifarPreset, largePreset } from './cifar-presets.ts';
import { imagesExperiment } from './experiment.ts';
import type { ImagesSetting } from './setting.ts';

const sizes = z
  .strictObject({
    filters: list(count(1, 65536), 1).default([8, 16, 32]).describe('Filters of each stage'),
    stride: count(1).default(2).describe('Pixels from one window of the first convolution to the next'),
    blocks: count(1, 100).default(1).describe('Residual blocks of each stage'),
    norm: z.enum(['batch', 'group', 'none']).default('batch').describe('Normalization of the convolutions'),
  })
  .prefault({});

/** The experiment on images with a small residual network. */
export const imagesResnet: Experiment<ImagesSetting> = imagesExperiment({
  name: 'images-resnet',
  about: 'a residual network',
  sizes,
  makeNetwork: (options, inputs, outputs) => resnet({ ...options, inputs, outputs }),
  defaults: { initialScale: 0.1, cleanEpochs: 4, adversarialEpochs: 3, adversarialRate: 2e-3, examples: 200 },
  presets: {
    robust: { adversarial: { epochs: 5, rate: 5e-3 } },
    cifar: cifarPreset({ network: { filters: [12, 24, 48] }, cleanEpochs: 5, adversarialEpochs: 4 }),
    large: largePreset({
      network: { filters: [32, 64, 128], stride: 1, blocks: 3 },
      cleanEpochs: 20,
      adversarialEpochs: 20,
    }),
  },
});
