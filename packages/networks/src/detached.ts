import { customGrad, type Tensor } from '@tensorflow/tfjs-core';

/**
 * A tensor that gradients take for a constant, whatever it was computed from.
 *
 * Nothing is computed on the way back through it, not even zeros.
 *
 * @param compute - Gives the tensor; its temporaries are disposed.
 * @returns What `compute` gives, owned by the caller.
 */
export function detached<T extends Tensor>(compute: () => T): T {
  return customGrad<T>(() => ({ value: compute(), gradFunc: () => [] }))();
}
