import { getBackend, getGradient, getKernel } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';

/**
 * Refuses to differentiate before `useWasm()` or `useBackend()` of `@advml/wasm`: in Node tfjs-core has no gradients, and the WASM backend has
 * wrong ones. Gradients of `@tensorflow/tfjs` on another backend are the caller's choice.
 *
 * @throws {@link InputError} that names the call that brings them.
 * @example
 * ```ts
 * requireGradients();
 * ```
 */
export function requireGradients(): void {
  const isWasm = getBackend() === 'wasm';
  const found = isWasm ? getKernel('SymmetricTwoLayer', 'wasm') : getGradient('Sum'); // only useWasm() brings the former
  if (found !== undefined) return;
  const call = isWasm ? 'useWasm()' : `useBackend('${getBackend()}')`;
  throw new InputError(`there are no gradients to rely on yet: call \`await ${call}\` of @advml/wasm once before`);
}
