import type { Network, Params } from '@advml/core';
import { keepWeights, owning, type RunStore, type Training } from '@advml/runs';
import { stepAt } from './points.ts';

/** Weights to keep on the way of a training. */
export interface Waypoint {
  /** At which share of its steps. */
  readonly share: number;
  /** What they are called. */
  readonly weights: string;
}

/**
 * Keeps weights on the way of a training.
 *
 * @param store - The run's files.
 * @param way - Which; nobody looks at the training if there are none.
 * @param training - Steps of the training, its network, and how its parameters become those that are kept.
 * @returns What looks at every step.
 */
export function keepOnTheWay(
  store: RunStore,
  way: readonly Waypoint[],
  { steps, network, kept }: { readonly steps: number; readonly network: Network; kept(params: Params): Params },
): Training['visit'] {
  if (way.length === 0) return undefined;
  return (step, params) =>
    owning(async (own) => {
      for (const { share, weights } of way)
        if (stepAt(share, steps) === step) await keepWeights(store, weights, { params: own(kept(params)), network });
    });
}
