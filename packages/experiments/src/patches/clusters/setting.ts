import { count, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';

/** How clusters are made, learned and judged. */
export const clustersSetting = z.strictObject({
  dimension: count(2).default(512).describe('d, the number of inputs; means have the length sqrt(d)'),
  clusters: count(2).default(32).describe('k, the number of clusters at right angles, half of each label'),
  deviation: positive.default(1).describe('Standard deviation of every input around the mean of its cluster'),
  neurons: count(1).default(128).describe('Neurons of the network that is trained'),
  initialScale: positive.default(0.02).describe('What its initial weights of He et al. are multiplied by'),
  train: count(2).default(512).describe('Training examples, all of them at every step'),
  steps: count(1).default(200).describe('Steps of gradient descent'),
  rate: positive.default(0.05).describe('Its rate'),
  multiple: positive.default(1.75).describe('Size of the perturbation that is judged, in units of sqrt(d / k)'),
  examples: count(2).default(500).describe('Fresh examples'),
  attackSteps: count(1).default(50).describe('Steps of PGD and of APGD on the network made by hand'),
});

/** The settings of this part beside the main ones. */
export type ClustersSetting = MainSetting & { readonly clusters: z.output<typeof clustersSetting> };
