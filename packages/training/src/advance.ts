import { applyUpdates, mapParams, type Params, trainable } from '@advml/core';
import { nest, requireFinite } from '@advml/core/internal';
import { dispose, sum, tidy } from '@tensorflow/tfjs-core';
import { checkedBatch } from './checked-batch.ts';
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
 * @throws DivergedError if loss, parameters, or the states of optimizer and objective are not finite, InputError if that is because the
 * inputs or the parameters given are not.
 */
export function advance({ network, objective, optimizer, batches, key }: FitOptions, before: TrainingState): Advance {
  const { step, params } = before;
  const batch = checkedBatch(`the batch at step ${step}`, batches(step));
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
      const broken = notFinite({ ...next, ...nest('optimizer', state), ...nest('memory', memory ?? {}) });
      if (broken !== undefined) refuse(loss, broken);
      const after = { step: step + 1, params: next, optimizer: state };
      return { loss, accuracy, state: memory ? { ...after, memory } : after };
    });
  } finally {
    followed.end();
    dispose([batch.x, batch.y]);
  }
}

/** Name of a tensor that holds NaN or an infinity: either would spoil its sum, which large numbers can spoil as well. */
function notFinite(tree: Params): string | undefined {
  return Object.keys(tree).find(
    (name) => !Number.isFinite(sum(tree[name]).dataSync()[0]) && !tree[name].dataSync().every(Number.isFinite),
  );
}
