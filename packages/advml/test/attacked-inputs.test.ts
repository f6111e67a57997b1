// Inputs and labels as models take them: scale, layout, standardisation, one-hot rows.
import '@advml/testkit';
import { crown, exactBound } from '@advml/certify';
import { ball, type Classifier, classifier, InputError, key, type LaterClassifier, linf } from '@advml/core';
import type { SafeTensor } from '@advml/formats';
import { mlp } from '@advml/networks';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  dispose,
  div,
  memory,
  sub,
  sum,
  type Tensor,
  tensor,
  tensor1d,
  tensor2d,
  transpose,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type InputReading, inputsOf } from '../src/attack/data/inputs.ts';
import { labelsOf } from '../src/attack/data/labels.ts';
import { standardized } from '../src/attack/model/standardized.ts';

beforeAll(async () => {
  await useWasm();
});

const notes: string[] = [];
const note = (text: string) => notes.push(text);
const waves = (shape: readonly number[]): SafeTensor => ({
  dtype: 'F32',
  shape,
  data: key('inputs', 'x').normal(shape.reduce((product, length) => product * length, 1)),
});
const read = (x: SafeTensor, reading: InputReading) => {
  notes.length = 0;
  return inputsOf(x, reading, note);
};

describe('images', () => {
  const nchw = waves([2, 3, 4, 5]);
  const first = () => tensor(nchw.data as Float32Array, [2, 3, 4, 5]);
  const last = () => transpose(first(), [0, 2, 3, 1]);

  it.each([[[4, 5, 3]], [[null, null, 3]]])('with channels first are turned for a model of %j, and back', (wanted) => {
    const turned = read(nchw, { wanted });
    expect(turned).toHaveSameBits(last());
    expect(notes).toEqual(['x is [2,3,4,5]: images are turned from NCHW to what the model takes']);
    const nhwc = { dtype: 'F32', shape: [2, 4, 5, 3], data: turned.dataSync() as Float32Array } as const;
    expect(read(nhwc, { wanted: [3, null, null] })).toHaveSameBits(first());
    expect(notes[0]).toContain('from NHWC');
  });

  it('stay as they are where they fit, or nothing is known; --layout nchw turns them to channels last', () => {
    expect(read(nchw, { wanted: [3, 4, 5] })).toHaveSameBits(first());
    expect(read(nchw, {})).toHaveSameBits(first());
    expect(notes).toEqual([]);
    expect(read(nchw, { layout: 'nchw' })).toHaveSameBits(last());
    const cube = waves([1, 3, 3, 3]);
    expect(read(cube, { layout: 'nchw', wanted: [3, 3, 3] }).shape).toEqual([1, 3, 3, 3]);
    expect(notes[0]).toContain('they are taken as they lie');
  });

  it('in rows are turned where --layout says that they lie otherwise than the model takes them', () => {
    const rows: SafeTensor = { dtype: 'F32', shape: [2, 60], data: first().dataSync<'float32'>() };
    expect(read(rows, { layout: 'nchw', wanted: [4, 5, 3] })).toHaveSameBits(last());
    expect(notes).toEqual(['x is [2,60]: images are turned from NCHW to what the model takes']);
    expect(read(rows, { layout: 'nchw', wanted: [3, 4, 5] })).toHaveSameBits(first());
    const nhwc: SafeTensor = { dtype: 'F32', shape: [2, 60], data: last().dataSync<'float32'>() };
    expect(read(nhwc, { layout: 'nhwc', wanted: [3, 4, 5] })).toHaveSameBits(first());
    expect(read(nhwc, { layout: 'nhwc', wanted: [4, 5, 3] })).toHaveSameBits(last());
    expect(notes).toEqual([]);
    for (const wanted of [[60], [null, null, 3], undefined])
      expect(() => read(rows, { layout: 'nchw', wanted })).toThrow(
        '--layout says how images lie, and x has rows of 60',
      );
    expect(() => read(rows, { layout: 'nchw', wanted: [8, 8, 3] })).toThrow('and x has [60]');
  });

  it('without channels get one, rows become images, and another size is refused', () => {
    expect(read(waves([2, 4, 5]), { wanted: [1, 4, 5] }).shape).toEqual([2, 1, 4, 5]);
    expect(read(waves([2, 4, 5]), { wanted: [null, null, 1] }).shape).toEqual([2, 4, 5, 1]);
    expect(read(waves([2, 20]), { wanted: [4, 5, 1] }).shape).toEqual([2, 4, 5, 1]);
    expect(read(nchw, { wanted: [60] }).shape).toEqual([2, 60]);
    expect(() => read(nchw, { wanted: [8, 8, 3] })).toThrow(
      new InputError(
        'the model takes inputs of shape [8,8,3], and x has [3,4,5]: is --data of its kind, and in the right --size?',
      ),
    );
  });

  it('of bytes are divided by 255, by what is told, and never multiplied', () => {
    const bytes: SafeTensor = { dtype: 'U8', shape: [1, 2], data: Uint8Array.of(255, 51) };
    expect(numbersOf(read(bytes, {}))).toEqual([1, Math.fround(0.2)]);
    expect(numbersOf(read(bytes, { divideBy: 51 }))).toEqual([5, 1]);
    expect(() => read(bytes, { divideBy: 1 / 255 })).toThrow('say --scale 1/255');
  });
});

describe('labels', () => {
  const labels = (dtype: 'U8' | 'BOOL' | 'I8' | 'F32', shape: number[], data: number[]) =>
    ({
      dtype,
      shape,
      data: { U8: Uint8Array, BOOL: Uint8Array, I8: Int8Array, F32: Float32Array }[dtype].from(data),
    }) as SafeTensor;

  it.each([
    [labels('I8', [3], [2, 0, 1]), [2, 0, 1]],
    [labels('F32', [3, 1], [2, 0, 1]), [2, 0, 1]],
    [labels('BOOL', [2, 3], [0, 0, 1, 1, 0, 0]), [2, 0]],
    [labels('F32', [2, 2], [0, 1, 1, 0]), [1, 0]],
  ])('of any type and form: %#', (y, known) => {
    expect(numbersOf(labelsOf(y, false, note))).toEqual(known);
  });

  it.each([
    [labels('F32', [2, 2], [0.3, 0.7, 1, 0]), 'take the largest'],
    [labels('U8', [1, 3], [1, 0, 1]), 'got the row [1,0,1] of example 0'],
    [labels('F32', [2], [0, 1.5]), 'whole numbers, the classes, got 1.5 of example 1'],
    [labels('U8', [1, 2, 2], [1, 0, 0, 0]), 'must have shape [1] or [1, 1]'],
  ])('are refused otherwise: %#', (y, message) => {
    expect(() => labelsOf(y, false, note)).toThrow(message);
  });
});

describe('a standardised model', () => {
  it('takes plain inputs, one mean for all or one a channel, wherever the channels are', () => {
    const model: Classifier = (x) => sum(x, [1, 2]);
    const x = tensor([1, 2, 3, 4, 5, 6], [1, 3, 2]);
    const plain = standardized(model, { mean: [1], std: [2] }, [3, 2]);
    expect(numbersOf(plain(x))).toEqual([7.5]);
    const last = standardized(model, { mean: [1, 3] }, [3, 2]);
    expect(numbersOf(last(x))).toEqual([21 - 3 * 4]);
    const first = standardized(model, { std: [1, 2, 4] }, [3, 2]);
    expect(numbersOf(first(x))).toEqual([3 + 3.5 + 11 / 4]);
    expect(standardized(model, {}, [3, 2])).toBe(model);
    expect(() => standardized(model, { mean: [1, 2, 3, 4] }, [3, 2])).toThrow(
      '--mean must be one number, or one a channel',
    );
    expect(() => standardized(model, { std: [0] }, [3, 2])).toThrow('--std must be numbers > 0, got 0');
  });

  it('may give its inputs as they are, at once or later', async () => {
    const x = tensor2d([1, 2], [1, 2]);
    const same = standardized<Classifier>((inputs) => inputs, { std: [2] }, [2]);
    const later = standardized<LaterClassifier>(async (inputs) => inputs, { std: [2] }, [2]);
    const before = memory().numTensors;
    const outputs = [same(x), (await later(x)) as Tensor];
    for (const output of outputs) expect(numbersOf(output)).toEqual([0.5, 1]);
    dispose(outputs);
    expect(memory().numTensors).toBe(before);
  });

  it('is certified as the model on standardised inputs is, with the radius in units of the plain ones', async () => {
    const network = mlp({ inputs: 3, hidden: [8], outputs: 2 });
    const model = classifier(network, network.init(key('standardised', 0)));
    const x = tensor2d(key('standardised', 'x').normal(12), [4, 3]);
    const y = tensor1d([0, 1, 0, 1]);
    const plain = standardized(model, { mean: [0.5], std: [0.25] }, [3]);
    const known = await crown({ threat: ball(linf, 0.4) })(model, div(sub(x, 0.5), 0.25), y);
    const found = await crown({ threat: ball(linf, 0.1) })(plain, x, y);
    for (const at of [0, 1, 2, 3]) expect(found.bound[at]).toBeCloseTo(known.bound[at], 4);
  });

  it('has no bound above the truth, near 0 where a quotient of mean and deviation is rounded', async () => {
    for (const [mean, std] of [
      [0.456, 0.224],
      [0.406, 0.225],
    ]) {
      const [center, deviation] = [Math.fround(mean), Math.fround(std)];
      const quotient = Math.fround(center / deviation);
      const exact = (x: number) => (x - center) / deviation + quotient;
      const network = mlp({ inputs: 1, hidden: [], outputs: 'score' });
      const params = { 'layer1.weight': tensor2d([[1]]), 'layer1.bias': tensor1d([quotient]) };
      const model = standardized(classifier(network, params), { mean: [mean], std: [std] }, [1]);
      const x = Math.fround((-exact(0) * deviation) / 2); // the score is 0 at twice that, and at 0 if the quotient is exact
      const label = -Math.sign(exact(x));
      for (const make of [exactBound, crown]) {
        const { bound } = await make({ threat: ball(linf, 0) })(model, tensor2d([[x]]), tensor1d([label]));
        expect(bound[0], make.name).toBeLessThanOrEqual(label * exact(x));
      }
    }
  });
});
