import { attackCases } from './attacks.ts';
import type { BackendCase } from './case.ts';
import { elementwiseCases } from './gradients/elementwise.ts';
import { layerCases } from './gradients/layers.ts';
import { shapeCases } from './gradients/shapes.ts';
import { networkCases } from './networks.ts';

/** All cases, by topic. */
export const topics: Readonly<Record<string, readonly BackendCase[]>> = {
  'gradients entry by entry': elementwiseCases,
  'gradients along axes': shapeCases,
  'gradients of layers': layerCases,
  networks: networkCases,
  attacks: attackCases,
};
