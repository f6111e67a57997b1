// The cases on tfjs's cpu backend, against WASM.
import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import * as attacks from '@advml/attacks';
import * as certifiers from '@advml/certify';
import * as optimizers from '@advml/optimizers';
import * as training from '@advml/training';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { topics } from './cases/index.ts';
import { conform, foundOn } from './conform.ts';
import { planted } from './planted.ts';

beforeAll(async () => {
  await useWasm();
});

describe.each(Object.entries(topics))('on the cpu backend, as on WASM: %s', (_, cases) => {
  it.each(cases)('$name', async (one) => {
    const { error } = await conform(one, 'cpu', await foundOn('wasm', one));
    expect(error).toBeUndefined();
  });
});

it('a gradient that is a thousandth too large is found', async () => {
  expect(await planted('cpu')).toBeUndefined();
});

/** What has no case of its own, and why. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  attacks: [],
  certify: [],
  optimizers: [
    'constant', // schedules are plain numbers
    'growBiasLinearly', // as `growBias`
    'linear',
    'oneCycle',
    'piecewise',
    'trapezoid',
    'warmup',
    'decayWeights', // parts of the recipes
    'scaleByAdam',
    'trace',
    'stateless',
  ],
  training: [
    'CatastrophicOverfittingError',
    'DivergedError',
    'cloneState',
    'disposeState',
    'klDivergence', // in TRADES and MART
    'minMaxObjective', // what the objectives are made of
    'stateFromArrays',
    'stateToArrays',
  ],
};

it.each(Object.entries({ attacks, certify: certifiers, optimizers, training }))(
  'every export of %s has a case',
  (topic, names) => {
    const source = readFileSync(new URL(`cases/${topic}.ts`, import.meta.url), 'utf8');
    const missing = Object.keys(names).filter(
      (name) => !RegExp(`\\b${name}\\b`).test(source.replace(/^import[\s\S]*?;$/gm, '')),
    );
    expect(missing.toSorted()).toEqual([...EXCEPTIONS[topic]].toSorted());
  },
);
