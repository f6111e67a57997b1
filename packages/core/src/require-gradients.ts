import { getBackend, getGradient } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';

/**
 * Refuses to differentiate before `useWasm()` of `@advml/wasm`: in Node tfjs-core has no gradients, and the WASM backend has
 * wrong ones. Gradients of `@tensorflow/tfjs` on another backend are the caller's choice.
 *
 * @throws {@link InputError} that names the call that brings them.
 * @example
 * ```ts
 * requireGradients();
 * ```
 */
export function requireGradients(): void {
  const needed = getBackend() === 'wasm' ? 'SymmetricTwoLayer' : 'Sum'; // only useWasm() brings the former
  if (getGradient(needed) !== undefined) return;
  throw new InputError('there are no gradients to rely on yet: call `await useWasm()` of @advml/wasm once before');
}
