// What is said of an accuracy before the attacks, on labels and answers that are known.
import type { Classifier } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { cast, oneHot, squeeze, type Tensor1D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Bench } from '../src/attack/bench.ts';
import { sayClean } from '../src/attack/clean.ts';

beforeAll(async () => {
  await useWasm();
});

/** Three classes in turn, and a model that answers with its input. */
async function warningsOf(count: number, answer: (label: number) => number): Promise<readonly string[]> {
  const labels = Array.from({ length: count }, (_, at) => at % 3);
  const x = tensor2d(labels.map(answer), [count, 1]);
  const y = tensor1d(labels, 'int32');
  const model: Classifier = (given) => cast(oneHot(cast(squeeze<Tensor1D>(given, [1]), 'int32'), 3), 'float32');
  const said = await sayClean({ model, x, y, output: { classes: 3 } } as unknown as Bench, undefined, () => {});
  x.dispose();
  y.dispose();
  return said;
}

describe('an accuracy without an attack', () => {
  test('is not doubted where the model is right', async () => {
    expect(await warningsOf(30, (label) => label)).toEqual([]);
  });

  test('of three right answers of three says little: even then guessing may have been enough', async () => {
    // With 3 of 3 the lower end of the interval is 0.025^(1/3) = 0.2924, below a third; with 4 of 4 it is 0.3976,
    // where half of the labels are the same.
    expect(await warningsOf(3, (label) => label)).toEqual([expect.stringContaining('3 examples are too few')]);
    expect(await warningsOf(4, (label) => label)).toEqual([expect.stringContaining('4 examples are too few')]);
    expect(await warningsOf(6, (label) => label)).toEqual([]);
  });

  test('at chance makes one look at the layout', async () => {
    expect(await warningsOf(30, () => 0)).toEqual([expect.stringContaining('wrong layout or normalisation?')]);
  });
});
