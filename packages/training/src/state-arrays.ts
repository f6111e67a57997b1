import { InputError, paramsFromArrays, paramsToArrays, type TensorArray } from '@advml/core';
import type { TrainingState } from './state.ts';

/**
 * A state as plain arrays in one flat record, ready to be written to a file.
 *
 * The names are `step`, `params.NAME` and `optimizer.NAME`, and `memory.NAME` where the objective remembers something.
 *
 * @param state - Any state; only read.
 * @returns Copies of its numbers.
 * @example
 * ```ts
 * const bytes = encodeSafetensors(stateToArrays(state)); // from '@advml/formats'
 * ```
 */
export function stateToArrays({ step, params, optimizer, memory = {} }: TrainingState): Record<string, TensorArray> {
  return {
    step: { dtype: 'I32', shape: [], data: Int32Array.of(step) },
    ...renamed(paramsToArrays(params), (name) => `params.${name}`),
    ...renamed(paramsToArrays(optimizer), (name) => `optimizer.${name}`),
    ...renamed(paramsToArrays(memory), (name) => `memory.${name}`),
  };
}

/**
 * A state from plain arrays, as {@link stateToArrays} gives them.
 *
 * @param arrays - Numbers by name; other names are left aside.
 * @returns The state, owned by the caller.
 * @throws InputError if there is no `step`, or an array is neither float32 nor int32.
 * @example
 * ```ts
 * const state = stateFromArrays(decodeSafetensors(bytes).tensors); // from '@advml/formats'
 * ```
 */
export function stateFromArrays(arrays: Parameters<typeof paramsFromArrays>[0]): TrainingState {
  const step = Number(arrays.step?.data[0]);
  if (!Number.isSafeInteger(step) || step < 0)
    throw new InputError(`a training state needs the number 'step', an integer >= 0, got ${arrays.step?.data[0]}`);
  const below = (prefix: string) => {
    const entries = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
    return paramsFromArrays(renamed(Object.fromEntries(entries), (name) => name.slice(prefix.length)));
  };
  const [params, optimizer, memory] = ['params.', 'optimizer.', 'memory.'].map(below);
  return { step, params, optimizer, ...(Object.keys(memory).length > 0 && { memory }) };
}

function renamed<T>(record: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));
}
