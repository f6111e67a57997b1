import type { BatchSource, Key, LoopOptions, Network, Optimizer, Params } from '@advml/core';
import type { Objective } from './objective.ts';
import type { OnStep } from './report.ts';
import type { TrainingState } from './state.ts';

/** When and how the state is put away. */
export interface Checkpoint {
  /** Number of steps between two checkpoints, at least 1. */
  readonly every: number;
  /**
   * Puts a state away; training waits for it.
   *
   * @param state - Only lent, until the function is done; see {@link stateToArrays}.
   */
  save(state: TrainingState): void | Promise<void>;
}

/** What {@link fit} needs and may do. */
export interface FitOptions extends LoopOptions {
  /** The network to train. */
  readonly network: Network;
  /** Its parameters before the first step; not disposed. */
  readonly params: Params;
  /** What is minimized. */
  readonly objective: Objective;
  /** What turns gradients into updates; it is not shown the network's state. */
  readonly optimizer: Optimizer;
  /** Examples by the number of the step; each batch is disposed after its step. */
  readonly batches: BatchSource;
  /** Number of steps of the whole run, those before `from` included. */
  readonly steps: number;
  /** Randomness of the run; step t uses its child `step/t`. */
  readonly key: Key;
  /** A state to go on from, in place of `params` and step 0; not disposed. */
  readonly from?: TrainingState;
  /** Told after every step; see also {@link every}. */
  readonly onStep?: OnStep;
  /** Saves the state regularly, after the last step, and where training stops early. */
  readonly checkpoint?: Checkpoint;
}
