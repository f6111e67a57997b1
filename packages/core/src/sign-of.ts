import { neg, step, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** The sign of each entry, however small; tfjs's own `sign` gives 0 below 1e-6 on the wasm backend. */
export function signOf(batch: Tensor): Tensor {
  return tidy(() => sub(step(batch), step(neg(batch))));
}
