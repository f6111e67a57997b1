import { mlp } from '@advml/networks';
import type { Experiment } from '@advml/runs';
import { count, list } from '@advml/runs';
import { z } from 'zod';
import { imagesExperiment } from './experiment.ts';
import type { ImagesSetting } from './setting.ts';

const sizes = z
  .strictObject({ hidden: list(count(1, 65536)).default([256, 256]).describe('Neurons of each hidden layer') })
  .prefault({});

/** The experiment on images with a multi-layer perceptron. */
export const imagesMlp: Experiment<ImagesSetting> = imagesExperiment({
  name: 'images-mlp',
  about: 'a multi-layer perceptron',
  sizes,
  makeNetwork: ({ hidden }, inputs, outputs) => mlp({ inputs, hidden, outputs }),
  defaults: { initialScale: 0.1, cleanEpochs: 5, adversarialEpochs: 2, adversarialRate: 4e-3, examples: 200 },
});
