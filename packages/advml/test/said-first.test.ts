// What is said before an attack: the accuracy, and whether guessing would do as well.
import { useWasm } from '@advml/wasm';
import { cast, oneHot, reshape, type Tensor, type Tensor1D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import type { Bench } from '../src/attack/bench.ts';
import { sayClean } from '../src/attack/clean.ts';

beforeAll(async () => {
  await useWasm();
});

/** Inputs that are the answers, of which so many are the labels. */
async function said(labels: readonly number[], right: number, classes: number, recorded?: Bench['recorded']) {
  const answers = labels.map((label, at) => (at < right ? label : (label + 1) % classes));
  const notes: string[] = [];
  const bench = {
    model: (x: Tensor) => cast(oneHot(cast(reshape(x, [-1]), 'int32') as Tensor1D, classes), 'float32'),
    x: tensor2d(answers, [labels.length, 1]),
    y: tensor1d([...labels]),
    output: { score: false, classes, later: false },
    recorded,
  };
  const warnings = await sayClean(bench as unknown as Bench, undefined, (note) => notes.push(note));
  expect(notes.slice(1)).toEqual(warnings.map((warning) => `warning: ${warning}`));
  return { first: notes[0], warnings };
}
const balanced = Array.from({ length: 40 }, (_, at) => at % 4);
const lopsided = Array.from({ length: 40 }, (_, at) => Number(at % 10 === 0));

it('is the accuracy with its interval, and nothing more where the model is clearly better than guessing', async () => {
  const { first, warnings } = await said(balanced, 30, 4);
  expect(first).toBe('accuracy without an attack: 0.7500  [0.5880, 0.8731] on 40 examples');
  expect(warnings).toEqual([]);
});

it.each([
  [balanced, 12, 4, '0.3000, and that of guessing 0.2500'], // the interval of 12 of 40 holds a quarter
  [balanced, 0, 4, '0.0000, and that of guessing 0.2500'],
  [lopsided, 36, 2, '0.9000, and that of guessing 0.9000'], // the frequent class alone is right as often
])('warns where guessing does as well: %#', async (labels, right, classes, words) => {
  const { warnings } = await said(labels, right, classes);
  expect(warnings).toEqual([expect.stringContaining(`${words}: wrong layout or normalisation? Look at --layout`)]);
});

it('says of a few examples that they tell nothing, even if all are right', async () => {
  // The lower end of the interval of n right of n is 0.025^(1/n): 0.2924 for three, below a third; 0.5407 for six.
  const turns = (count: number) => Array.from({ length: count }, (_, at) => at % 3);
  expect((await said(turns(3), 3, 3)).warnings).toEqual([expect.stringContaining('3 examples are too few')]);
  expect((await said(turns(6), 6, 3)).warnings).toEqual([]);
});

it('does not take a single label for a class that is frequent, and remembers what a run has measured', async () => {
  const ones = balanced.map(() => 1);
  expect((await said(ones, 36, 4)).warnings).toEqual([]);
  const { warnings } = await said(balanced, 30, 4, { clean: 0.99, folder: 'runs/mine' });
  expect(warnings).toEqual([expect.stringContaining('where the run in runs/mine measured 0.9900')]);
});
