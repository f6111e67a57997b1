// Settings at the edge of what is allowed end in claims or in a clear refusal, never in a file that cannot be read back.

import { InputError } from '@advml/core';
import { DivergedError, parseAssignment, reportRun, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { paper } from '../src/index.ts';
import { openStore, textOf, tiny } from './tiny.ts';

beforeAll(async () => {
  await useWasm();
});

const start = async (...assignments: string[]) => {
  const store = openStore();
  const overrides = [
    ...tiny.overrides,
    { claims: ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8'] },
    ...assignments.map(parseAssignment),
  ];
  return { store, claims: await startRun(store, paper, { ...tiny, overrides }) };
};

describe('a run', () => {
  it.each([
    ['of two neurons', 'network.neurons=2'],
    ['without a threshold, whose network is linear', 'clean.biasStart=0', 'clean.biasFinal=0'],
    ['with a threshold that silences every neuron', 'clean.biasRatio=100', 'clean.biasFinal=100'],
    ['with a radius below all rounding', 'tau=1e-12'],
    ['with a radius above all features', 'tau=30', 'adversarial.rate=0.01'],
    ['with more features on than off', 'data.active=30'],
    ['with noise larger than the features', 'data.noise=3'],
    ['with noise on the neurons', 'network.noise=0.05'],
    ['without a margin', 'data.margin=0'],
    ['of single steps', 'clean.steps=1', 'clean.warmup=0', 'adversarial.steps=1', 'adversarial.warmup=0'],
  ])('%s ends in numbers that a report can show', async (_, ...assignments) => {
    const { store, claims } = await start(...assignments);
    for (const { id, value, interval } of claims) {
      expect(Number.isFinite(value), id).toBe(true);
      for (const end of interval ?? []) expect(Number.isFinite(end), id).toBe(true);
    }
    expect(await reportRun(store, paper)).toEqual(claims);
    for (const name of store.files.keys()) if (name.endsWith('.svg')) expect(textOf(store, name)).not.toContain('NaN');
  });

  it.each([
    [['clean.rate=1e6'], DivergedError, /lower the learning rate/],
    [['network.initialDeviation=1e12'], DivergedError, /diverged at step/],
    [
      ['adversarial.decay=1', 'adversarial.rate=1'],
      InputError,
      /adversarial training left every weight at zero; lower/,
    ],
    [['data.margin=100'], InputError, /margin must leave examples: none of 100000 draws/],
  ])('with %s is refused and leaves no tensor', async (assignments, type, reason) => {
    const tensors = memory().numTensors;
    const error = await start(...assignments).catch((refused) => refused);
    expect(error).toBeInstanceOf(type);
    expect(error.message).toMatch(reason);
    expect(memory().numTensors).toBe(tensors);
  });
});
