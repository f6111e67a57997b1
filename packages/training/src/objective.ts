import type { Batch, Key, Network, Params } from '@advml/core';

/** What an objective is told about the step at hand; everything stays the caller's. */
export interface ObjectiveContext {
  /** The network in training. */
  readonly network: Network;
  /** Its parameters before the step. */
  readonly params: Params;
  /** The examples of the step. */
  readonly batch: Batch;
  /** The step's own randomness. */
  readonly key: Key;
  /** Number of the step, the first being 0. */
  readonly step: number;
  /** What the objective remembered at the step before; nothing at the first step, or where it never does. */
  readonly memory?: Params;
}

/** What an objective gives for one step. */
export interface ObjectiveResult {
  /** Mean of what is minimized over the batch, in units of the loss. */
  readonly loss: number;
  /** Share of the batch that is classified right, where the loss was measured. */
  readonly accuracy: number;
  /** Gradient of `loss` in every parameter, with their names and shapes; owned by the caller. */
  readonly gradients: Params;
  /** What the objective wants to see at the next step, by name; owned by the caller. Default: nothing. */
  readonly memory?: Params;
}

/**
 * What training minimizes: from the parameters and a batch to a loss and its gradient.
 *
 * It disposes all it makes but the gradients, and keeps nothing: what it wants to remember is handed on with the training state.
 */
export type Objective = (context: ObjectiveContext) => ObjectiveResult;
