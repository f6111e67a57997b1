import { type Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * The numbers of a tensor that is not kept. (`tidy` itself should not give them, for it looks through all that it gives for tensors.)
 *
 * @param make - Makes it, and whatever it needs on the way.
 * @returns Its entries.
 */
export function readOut(make: () => Tensor): Float32Array {
  const tensor = tidy(make);
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
}
