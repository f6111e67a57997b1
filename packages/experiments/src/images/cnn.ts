import { cnn } from '@advml/networks';
import type { Experiment, Overrides } from '@advml/runs';
import { count, list } from '@advml/runs';
import { z } from 'zod';
import { cifarPreset, largePreset } from './cifar-presets.ts';
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

/**
 * MNIST and the network of Madry et al., trained against their attack, PGD of 40 steps of .01, in a twentieth of their passes.
 *
 * @see Madry, Makelov, Schmidt, Tsipras, Vladu: Towards Deep Learning Models Resistant to Adversarial Attacks, 2018
 * (arXiv:1706.06083).
 */
const mnist: Overrides = {
  data: { set: 'mnist' },
  threats: [{ norm: 'linf', eps: 0.3 }],
  initialScale: 1,
  clean: { epochs: 2, rate: 1e-3 },
  adversarial: { epochs: 4, rate: 5e-4, attackSteps: 40, stepSize: 0.01 / 0.3 },
  lowRank: { epochs: 0.25 },
  network: { filters: [32, 64], sizes: [5, 5], strides: [1, 1], pooling: 'max', hidden: [1024] },
};

/** The experiment on images with a small convolutional network of the kind of AlexNet. */
export const imagesCnn: Experiment<ImagesSetting> = imagesExperiment({
  name: 'images-cnn',
  about: 'a convolutional network',
  sizes,
  makeNetwork: (options, inputs, outputs) => cnn({ ...options, inputs, outputs }),
  defaults: { initialScale: 0.01, cleanEpochs: 8, adversarialEpochs: 4, adversarialRate: 1.5e-3, examples: 300 },
  presets: {
    robust: { initialScale: 0.1, clean: { epochs: 5 }, adversarial: { epochs: 12, rate: 5e-3 } },
    mnist,
    cifar: cifarPreset({
      network: { filters: [32, 64], sizes: [5, 3], strides: [2, 2], hidden: [256] },
      cleanEpochs: 6,
      adversarialEpochs: 5,
    }),
    large: largePreset({
      network: {
        filters: [64, 192, 384, 256, 256],
        sizes: [5, 3, 3, 3, 3],
        strides: [2, 2, 1, 1, 2],
        hidden: [1024, 1024],
        norm: 'batch',
      },
      cleanEpochs: 20,
      adversarialEpochs: 20,
    }),
  },
});
