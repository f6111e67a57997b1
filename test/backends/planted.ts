import { useBackend } from '@advml/wasm';
import { getBackend, getGradient, mul, registerGradient, type Tensor, unregisterGradient } from '@tensorflow/tfjs-core';
import type { BackendName } from './cases/case.ts';
import { networkCases } from './cases/networks.ts';
import { conform, foundOn } from './conform.ts';

/**
 * Plants a gradient that is a thousandth too large on one backend, and looks whether a case sees it.
 *
 * @param backend - Where the gradient of `relu` is wrong for a while.
 * @returns What went wrong: nothing where the case fails, as it must.
 */
export async function planted(backend: BackendName): Promise<string | undefined> {
  const [right, one] = [getGradient('Relu'), networkCases.find(({ name }) => name === 'mlp with a score')];
  if (!right || !one) return 'there is no gradient of relu, or no case of it';
  const reference = await foundOn('wasm', one);
  await useBackend(backend); // which would put the right one back
  const gradFunc: typeof right.gradFunc = (dy, ...rest) => {
    const factor = getBackend() === backend ? 1.001 : 1;
    return right.gradFunc(mul(dy as Tensor, factor), ...rest);
  };
  unregisterGradient('Relu');
  registerGradient({ ...right, gradFunc });
  try {
    const { error } = await conform(one, backend, reference);
    return error === undefined ? 'the case passes all the same' : undefined;
  } finally {
    unregisterGradient('Relu');
    registerGradient(right);
  }
}
