import '@tensorflow/tfjs-backend-cpu';
import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { remaining } from './remaining.ts';

beforeAll(() => useWasm());

const kernelsOf = (backend: string) => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
const missing = () => kernelsOf('cpu').filter((name) => tf.getKernel(name, 'wasm') === undefined);
const sorted = (names: readonly string[]) => [...new Set(names)].sort();

describe('what remains', () => {
  it('names every kernel that the cpu backend has and WASM lacks', () => {
    expect(sorted(remaining('Not on WASM'))).toEqual(sorted(missing()));
  });

  it('names every kernel without a gradient', () => {
    const none = [...kernelsOf('cpu'), ...kernelsOf('wasm')].filter((name) => tf.getGradient(name) === undefined);
    const listed = ['Not on WASM', 'Nothing to differentiate', 'No gradient', 'No second', 'Not by name'];
    expect(sorted(listed.flatMap(remaining))).toEqual(sorted(none));
  });
});
