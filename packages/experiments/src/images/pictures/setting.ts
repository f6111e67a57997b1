import { count, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';
import type { ImagesWorld } from '../world.ts';

/** What claim C16 looks at, and what the report shows. */
export const picturesSetting = z.strictObject({
  neurons: count(1).default(6).describe('Neurons of each deep layer that are visualized'),
  layers: count(1).default(3).describe('Layers that are visualized, counted from the output'),
  budget: positive.default(4).describe('How far (l2) an image may move towards what a neuron wants to see'),
  steps: count(1).default(100).describe('Steps of that ascent'),
  starts: count(1).default(20).describe('Test images of other classes from which each class is sought'),
  controls: count(1, 99)
    .default(3)
    .describe('Controls that say which class they see; the first is as long in training as the others of the run'),
  controlLength: positive
    .max(1)
    .default(0.1)
    .describe('How long each further control is trained, as a share of the epochs of the first'),
  examples: count(1).default(8).describe('Test images that are shown under attack and with their gradients'),
});

/** The setting as this part sees it. */
export type PicturesSetting = MainSetting & { readonly pictures: z.output<typeof picturesSetting> };

/** The run as this part sees it. */
export type PicturesWorld = ImagesWorld<PicturesSetting>;
