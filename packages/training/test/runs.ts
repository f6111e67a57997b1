import { ball, key, l2, type Params } from '@advml/core';
import { adam } from '@advml/optimizers';
import {
  adversarialObjective,
  type FitOptions,
  stateFromArrays,
  stateToArrays,
  type TrainingState,
} from '../src/index.ts';
import { classed, noise, noisyNetwork } from './models.ts';

export const network = noisyNetwork(4);

/** Parameters to start from. */
export const start = (): Params => network.init(key('init', 0));

/** A run with every kind of randomness: fresh batches, noise in the network, a random attack. */
export const noisyRun = (params: Params, overrides: Partial<FitOptions> = {}): FitOptions => ({
  network,
  params,
  objective: adversarialObjective({ attack: noise(ball(l2, 0.2)) }),
  optimizer: adam({ rate: 0.05 }),
  batches: (step) => classed(key('data', step), 8, 4),
  steps: 6,
  key: key('run', 0),
  ...overrides,
});

/** Checkpoints every `spacing` steps, and the states they saved, as a file would hold them. */
export function notebook(spacing: number) {
  const saved: TrainingState[] = [];
  const save = async (state: TrainingState) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    saved.push(stateFromArrays(stateToArrays(state)));
  };
  return { saved, checkpoint: { every: spacing, save } };
}
