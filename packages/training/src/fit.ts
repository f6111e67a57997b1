import { cloneParams, disposeParams, InputError, trainable } from '@advml/core';
import {
  described,
  pacer,
  requireFunction,
  requireInteger,
  requireKey,
  requireNetwork,
  requireOptimizer,
  requireOptions,
  requireSameTree,
} from '@advml/core/internal';
import { advance } from './advance.ts';
import type { Checkpoint, FitOptions } from './fit-options.ts';
import { requireParams } from './require-params.ts';
import { cloneState, disposeState, type TrainingState } from './state.ts';

/**
 * Trains a network: from parameters and batches to parameters.
 *
 * ```math
 * w_{t+1} = w_t + u_t, \qquad u_t = \text{optimizer}\bigl(\nabla_w \text{objective}(w_t, \text{batch}_t)\bigr)
 * ```
 *
 * Parameters that are state of the network (running statistics) take no part in that: they become what the network says they are
 * after the step.
 *
 * Step t depends on the state, `batches(t)` and `key.child('step', t)` only. So a run that goes on from a saved state ends in
 * the same bits as one that was never stopped. It lets other work run every 50 ms or so.
 *
 * @param options - See {@link FitOptions}.
 * @returns The state after the last step, owned by the caller.
 * @throws AbortedError if the signal is aborted, {@link DivergedError} if the loss, a parameter or the optimizer's state is no longer
 * finite, both after the last good state was saved if there are checkpoints; if that fails, what `save` throws, with the other as its
 * cause. InputError if `from` belongs to another network or optimizer.
 * @example
 * ```ts
 * const trained = await fit({
 *   network,
 *   params,
 *   objective: cleanObjective(),
 *   optimizer: sgd({ rate: 0.1 }), // from '@advml/optimizers'
 *   batches: (step) => draw(key('data', step)),
 *   steps: 300,
 *   key: key('run', 0),
 *   onStep: every(50, ({ loss, accuracy }) => console.log(loss, accuracy)),
 * });
 * ```
 */
export async function fit(options: FitOptions): Promise<TrainingState> {
  requireOptions<FitOptions>('fit', options, {
    network: true,
    params: true,
    objective: true,
    optimizer: true,
    batches: true,
    steps: true,
    key: true,
    from: true,
    onStep: true,
    checkpoint: true,
    onProgress: true,
    signal: true,
  });
  requireNetwork('fit', options.network);
  requireKey('key', options.key);
  requireParts(options);
  const { steps, onStep, checkpoint, onProgress, signal } = options;
  requireInteger({ steps });
  if (checkpoint !== undefined) {
    requireOptions<Checkpoint>('checkpoint', checkpoint, { every: true, save: true });
    requireInteger({ 'checkpoint.every': checkpoint.every }, 1);
    requireFunction('checkpoint.save', checkpoint.save);
  }
  const pace = pacer(signal);
  let state = firstState(options);
  let saved = state.step;
  const save = async () => {
    if (!checkpoint || saved === state.step) return;
    saved = state.step;
    await checkpoint.save(state);
  };

  try {
    while (state.step < steps) {
      if (pace.isDue()) await pace.pause(`training after ${state.step} of ${steps} steps`);
      const { loss, accuracy, state: next } = advance(options, state);
      disposeState(state);
      state = next;
      await onStep?.({ step: state.step - 1, loss, accuracy, state });
      onProgress?.(state.step, steps);
      if (checkpoint && state.step % checkpoint.every === 0) await save();
    }
    await save();
    return state;
  } catch (error) {
    await save()
      .catch((unsaved: unknown) => {
        throw unsaved instanceof Error && unsaved.cause === undefined
          ? Object.assign(unsaved, { cause: error })
          : unsaved;
      })
      .finally(() => disposeState(state));
    throw error;
  }
}

/** Refuses parts of a training that are none, such as a factory in place of what it gives. */
function requireParts({ params, objective, optimizer, batches }: FitOptions): void {
  requireParams(params);
  if (typeof objective !== 'function')
    throw new InputError(`objective must be a function, such as cleanObjective() gives, got ${described(objective)}`);
  if (typeof batches !== 'function')
    throw new InputError(`batches must be a function from a step to its examples { x, y }, got ${described(batches)}`);
  requireOptimizer('optimizer', optimizer);
}

/** The state that training starts from, owned by the caller. */
function firstState({ network, params, optimizer, steps, from }: FitOptions): TrainingState {
  const fresh = optimizer.init(trainable(network, params));
  if (!from) return { step: 0, params: cloneParams(params), optimizer: fresh };
  try {
    requireInteger({ 'from.step': from.step });
    if (from.step > steps) throw new InputError(`steps must be at least from.step, ${from.step}, got ${steps}`);
    requireSameTree('from.params', from.params, params);
    requireSameTree('from.optimizer', from.optimizer, fresh);
    return cloneState(from);
  } finally {
    disposeParams(fresh);
  }
}
