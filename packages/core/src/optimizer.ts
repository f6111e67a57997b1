import type { Params } from './params.ts';

/** What one step of an optimizer gives. */
export interface OptimizerStep {
  /** What to add to the parameters, with their names and shapes; owned by the caller. */
  readonly updates: Params;
  /** The next state; owned by the caller, who disposes the old one. */
  readonly state: Params;
}

/**
 * A gradient transformation: turns gradients into updates, with a state of tensors by name.
 *
 * It keeps nothing itself, so its state can be saved and a run resumed to the same bits.
 */
export interface Optimizer {
  /**
   * The state before the first step.
   *
   * @param params - The parameters that will be trained.
   * @returns The state, owned by the caller; an empty record where there is none.
   */
  init(params: Params): Params;
  /**
   * One step.
   *
   * @param gradients - Gradients, or the updates of an earlier transformation, with the names of `params`.
   * @param state - The state; not disposed.
   * @param params - The parameters before the step.
   * @returns Updates to add to the parameters, and the next state.
   */
  update(gradients: Params, state: Params, params: Params): OptimizerStep;
}

/**
 * A quantity as a function of the step, the first step being 0: a learning rate, a threshold, a weight.
 */
export type Schedule = (step: number) => number;
