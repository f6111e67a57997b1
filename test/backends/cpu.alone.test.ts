// The cases on tfjs's cpu backend, against WASM.
import '@tensorflow/tfjs-backend-cpu';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { topics } from './cases/index.ts';
import { conform, foundOn } from './conform.ts';

beforeAll(async () => {
  await useWasm();
});

describe.each(Object.entries(topics))('on the cpu backend, as on WASM: %s', (_, cases) => {
  it.each(cases)('$name', async (one) => {
    const { error } = await conform(one, 'cpu', await foundOn('wasm', one));
    expect(error).toBeUndefined();
  });
});
