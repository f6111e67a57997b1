import { applyUpdates, disposeParams, mapParams, type Params } from '@advml/core';
import { requireFinite, requireTensor, trainable } from '@advml/core/internal';
import { sum, tidy } from '@tensorflow/tfjs-core';
import { DivergedError } from './diverged-error.ts';
import type { FitOptions } from './fit-options.ts';
import { followState } from './follow-state.ts';
import { resultOf } from './result-of.ts';
import type { TrainingState } from './state.ts';

/** One step, and what was seen on the way. */
interface Advance {
  readonly loss: number;
  readonly accuracy: number;
  /** The next state, owned by the caller; the one before is not disposed. */
  readonly state: TrainingState;
}

/**
 * The step after a state. Its batch and its randomness depend on the step's number only.
 *
 * @throws DivergedError if loss or parameters are not finite, InputError if that is because the inputs or the parameters
 * given are not.
 */
export function advance({ network, objective, optimizer, batches, key }: FitOptions, before: TrainingState): Advance {
  const { step, params } = before;
  const batch = batches(step);
  for (const [name, given] of [
    ['x', batch.x],
    ['y', batch.y],
  ] as const)
    requireTensor(`${name} of the batch at step ${step}`, given, ['float32', 'int32']);
  const followed = followState(network);
  const refuse = (loss: number, parameter?: string): never => {
    requireFinite(`x of the batch at step ${step}`, batch.x);
    for (const [name, given] of Object.entries(params)) requireFinite(`'${name}' before step ${step}`, given);
    throw new DivergedError(step, loss, parameter);
  };
  try {
    return tidy(() => {
      const { loss, accuracy, gradients, memory } = resultOf(objective, {
        network: followed.network,
        params,
        batch,
        key: key.child('step', step),
        step,
        memory: before.memory,
      });
      if (!Number.isFinite(loss)) refuse(loss);
      const weights = trainable(network, params);
      const { updates, state } = optimizer.update(trainable(network, gradients), before.optimizer, weights);
      const changed = { ...applyUpdates(weights, updates), ...followed.state };
      const next = mapParams(params, (tensor, name) => (changed[name] ?? tensor).clone());
      const broken = notFinite(next);
      if (broken !== undefined) refuse(loss, broken);
      const after = { step: step + 1, params: next, optimizer: state };
      return { loss, accuracy, state: memory ? { ...after, memory } : after };
    });
  } finally {
    followed.end();
    disposeParams({ x: batch.x, y: batch.y });
  }
}

/** Name of a parameter that holds NaN or an infinity: one sum each, which either would spoil. */
function notFinite(params: Params): string | undefined {
  return Object.keys(params).find((name) => !Number.isFinite(sum(params[name]).dataSync()[0]));
}
