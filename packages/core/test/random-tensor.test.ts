import { exampleKeys, InputError, key, normalRows, normalTensor, uniformRows, uniformTensor } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { getKernel, memory, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Shape and numbers of a tensor, which is disposed. */
function taken(x: Tensor) {
  const { shape } = x;
  const values = Array.from(x.dataSync());
  x.dispose();
  return { shape, values };
}

beforeAll(() => useWasm());
afterAll(() => useWasm());

describe.each([
  ['wasm', true],
  ['cpu', false],
])('on the %s backend, random tensors', (backend, hasKernel) => {
  beforeAll(() => setBackend(backend));

  const own = key('tensor', 3);
  const keys = exampleKeys(own, 3, [5, 1, 5]);

  it('come from the kernel if there is one', () => {
    expect(getKernel('KeyNormal', backend) !== undefined).toBe(hasKernel);
    expect(getKernel('KeyUniform', backend) !== undefined).toBe(hasKernel);
  });

  it('hold the numbers of the key', () => {
    const before = memory().numTensors;
    expect(taken(normalTensor(own, [5, 7]))).toEqual({ shape: [5, 7], values: [...own.normal(35)] });
    expect(taken(normalTensor(own, [], 0.1))).toEqual({ shape: [], values: [...own.normal(1, 0.1)] });
    expect(taken(uniformTensor(own, [9]))).toEqual({ shape: [9], values: [...own.uniform(9)] });
    expect(taken(uniformTensor(own, [3, 3], -2, 5))).toEqual({ shape: [3, 3], values: [...own.uniform(9, -2, 5)] });
    expect(memory().numTensors).toBe(before);
  });

  it('hold the numbers of each key, example after example', () => {
    const before = memory().numTensors;
    const normal = keys.flatMap((each) => [...each.normal(10, 3)]);
    expect(taken(normalRows(keys, [2, 5], 3))).toEqual({ shape: [3, 2, 5], values: normal });
    const uniform = keys.flatMap((each) => [...each.uniform(4, -1, 1)]);
    expect(taken(uniformRows(keys, [4], -1, 1))).toEqual({ shape: [3, 4], values: uniform });
    expect(taken(normalRows([], [4]))).toEqual({ shape: [0, 4], values: [] });
    expect(memory().numTensors).toBe(before);
  });

  it('refuse a deviation that is none', () => {
    expect(() => normalTensor(own, [2], -1)).toThrow(InputError);
    expect(() => normalRows(keys, [2], Number.NaN)).toThrow('deviation must be finite and >= 0, got NaN');
  });
});
