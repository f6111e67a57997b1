import { cnn } from '@advml/networks';
import type { Experiment } from '@advml/runs';
import { count, list } from '@advml/runs';
import { z } from 'zod';
import { imagesExperiment } from './experiment.ts';
import type { ImagesSetting } from './setting.ts';

const sizes = z
  .strictObject({
    filters: list(count(1, 65536), 1).default([16, 32]).describe('Filters of each convolution'),
    sizes: list(count(1, 65536), 1).default([5, 4]).describe('Sides of its filters, in pixels'),
    strides: list(count(1, 65536), 1).default([2, 2]).describe('Pixels from one of its windows to the next'),
    pooling: z.enum(['none', 'max', 'average']).default('none').describe('Pooling of 2 x 2 after each convolution'),
    hidden: list(count(1, 65536)).default([256]).describe('Neurons of each dense layer but the last'),
    norm: z.enum(['none', 'batch', 'group']).default('none').describe('Normalization of the convolutions'),
  })
  .prefault({});

/** The experiment on images with a small convolutional network of the kind of AlexNet. */
export const imagesCnn: Experiment<ImagesSetting> = imagesExperiment({
  name: 'images-cnn',
  about: 'a convolutional network',
  sizes,
  makeNetwork: (options, inputs, outputs) => cnn({ ...options, inputs, outputs }),
  defaults: { cleanEpochs: 6, adversarialEpochs: 4, adversarialRate: 1.5e-3, examples: 300 },
  presets: { robust: { initialScale: 0.1, clean: { epochs: 5 }, adversarial: { epochs: 12, rate: 5e-3 } } },
});
