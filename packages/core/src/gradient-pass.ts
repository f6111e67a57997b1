import { engine } from '@tensorflow/tfjs-core';

/**
 * Runs work that differentiates; where it throws, disposes the tensors that tfjs saved for the way back and would keep.
 *
 * @param work - Passes forward and back, such as those of `grad` or `variableGrads`.
 * @returns What the work gives.
 * @example
 * ```ts
 * const slope = gradientPass(() => grad(f)(x));
 * ```
 */
export function gradientPass<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { state } = engine();
    // Inside of another pass the tape is that one's.
    if (state.gradientDepth === 0) {
      for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
      state.activeTape = [];
    }
    throw error;
  }
}
