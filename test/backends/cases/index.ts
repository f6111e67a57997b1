import { attackCases } from './attacks.ts';
import type { BackendCase } from './case.ts';
import { certifyCases } from './certify.ts';
import { elementwiseCases } from './gradients/elementwise.ts';
import { layerCases } from './gradients/layers.ts';
import { shapeCases } from './gradients/shapes.ts';
import { metricsCases } from './metrics.ts';
import { networkCases } from './networks.ts';
import { optimizerCases } from './optimizers.ts';
import { purificationCases } from './purification.ts';
import { trainingCases } from './training.ts';

/** All cases, by topic. */
export const topics: Readonly<Record<string, readonly BackendCase[]>> = {
  'gradients entry by entry': elementwiseCases,
  'gradients along axes': shapeCases,
  'gradients of layers': layerCases,
  networks: networkCases,
  attacks: attackCases,
  optimizers: optimizerCases,
  training: trainingCases,
  certificates: certifyCases,
  metrics: metricsCases,
  purification: purificationCases,
};
