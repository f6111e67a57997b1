import { InputError } from '@advml/core';
import { momentum } from '@advml/optimizers';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { fit, stateFromArrays, stateToArrays } from '../src/index.ts';
import { noisyRun, start } from './runs.ts';

beforeAll(async () => {
  await useWasm();
});

describe('states as arrays', () => {
  it('carry step, parameters and optimizer by name', async () => {
    const state = await fit(noisyRun(start(), { optimizer: momentum({ rate: 0.1 }), steps: 2 }));
    const arrays = stateToArrays(state);
    const names = Object.keys(state.params);
    const expected = [
      'step',
      ...names.map((name) => `params.${name}`),
      ...names.map((name) => `optimizer.0.velocity.${name}`),
      'optimizer.1.step',
    ];
    expect(Object.keys(arrays).sort()).toEqual(expected.sort());
    expect(arrays.step).toEqual({ dtype: 'I32', shape: [], data: Int32Array.of(2) });
    expect(stateToArrays(stateFromArrays(arrays))).toEqual(arrays);
  });

  it('without a step are refused', () => {
    expect(() => stateFromArrays({})).toThrow(InputError);
    expect(() => stateFromArrays({})).toThrow(/needs the number 'step', an integer >= 0, got undefined/);
  });
});
