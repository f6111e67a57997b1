import { cloneParams, disposeParams, type Params } from '@advml/core';

/** All that a training run needs in order to go on: save it, and the run resumes to the same bits. */
export interface TrainingState {
  /** How many steps were made, which is also the number of the next step. */
  readonly step: number;
  /** Parameters of the network. */
  readonly params: Params;
  /** State of the optimizer. */
  readonly optimizer: Params;
  /** What the objective remembers; nothing for most. */
  readonly memory?: Params;
}

/**
 * A state that may be disposed apart from the original; no numbers are copied.
 *
 * @param state - Any state.
 * @returns The same numbers under new handles, owned by the caller.
 * @example
 * ```ts
 * const best = cloneState(report.state); // outlives the step
 * ```
 */
export function cloneState({ step, params, optimizer, memory }: TrainingState): TrainingState {
  const clones = { step, params: cloneParams(params), optimizer: cloneParams(optimizer) };
  return memory ? { ...clones, memory: cloneParams(memory) } : clones;
}

/**
 * Disposes every tensor of a state.
 *
 * @param state - A state that is no longer used.
 * @example
 * ```ts
 * disposeState(trained);
 * ```
 */
export function disposeState({ params, optimizer, memory = {} }: TrainingState): void {
  disposeParams(params, optimizer, memory);
}
