// Steps of gradient descent, as every training benchmark takes them.
import { dispose, grads, mul, sub, tidy } from '@tensorflow/tfjs-core';

/**
 * Steps of gradient descent.
 *
 * @param start - Makes the parameters, a list of tensors.
 * @param loss - A function of the parameters.
 * @param rate - How far a step goes.
 * @returns A function that takes the next step.
 */
export function descent(start, loss, rate) {
  let params = tidy(start);
  const slopes = grads(loss);
  return () => {
    const before = params;
    params = tidy(() => slopes(before).map((slope, at) => sub(before[at], mul(slope, rate))));
    dispose(before);
  };
}
