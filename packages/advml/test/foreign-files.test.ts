// Weights and examples as other programs write them: logits are those that PyTorch has for the same numbers.
import { InputError } from '@advml/core';
import type { SafeTensor, SafeTensors } from '@advml/formats';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { findExamples } from '../src/attack/data/array-files.ts';
import { inputsOf } from '../src/attack/data/inputs.ts';
import { labelsOf } from '../src/attack/data/labels.ts';
import { networkNamed } from '../src/attack/network.ts';
import { paramsFor, weightsFor } from '../src/attack/weights.ts';

beforeAll(async () => {
  await useWasm();
});

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** sin(step i + 1), as the numbers of a tensor. */
const waves = (shape: readonly number[], step: number, of = (value: number) => value): SafeTensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from({ length: sizeOf(shape) }, (_, at) => of(Math.fround(Math.sin(at * step + 1)))),
});

/** A state dict: tensor `i` has the step 0.7 + i. */
const stateDict = (shapes: readonly (readonly [string, readonly number[]])[]): SafeTensors =>
  Object.fromEntries(
    shapes.map(([name, shape], at): [string, SafeTensor] => {
      if (name.endsWith('tracked')) return [name, { dtype: 'I64', shape, data: BigInt64Array.of(3n) }];
      return [name, waves(shape, 0.7 + at, name.endsWith('var') ? (value) => value * value + 0.5 : undefined)];
    }),
  );

const cnn = stateDict([
  ['0.weight', [3, 2, 3, 3]],
  ['0.bias', [3]],
  ['1.weight', [3]],
  ['1.bias', [3]],
  ['1.running_mean', [3]],
  ['1.running_var', [3]],
  ['1.num_batches_tracked', []],
  ['5.weight', [5, 12]],
  ['5.bias', [5]],
  ['7.weight', [2, 5]],
  ['7.bias', [2]],
]);
const mlp = stateDict([
  ['1.weight', [3, 32]],
  ['1.bias', [3]],
  ['3.weight', [2, 3]],
  ['3.bias', [2]],
]);
const images = waves([2, 2, 4, 4], 0.3);

/** A file of arrays that says what PyTorch's `save_file` does, if it does. */
const fileOf = (arrays: SafeTensors, metadata: Record<string, string> = {}) => ({ arrays, metadata });

function logits(
  network: string,
  arrays: SafeTensors,
  metadata?: Record<string, string>,
): { readonly values: readonly number[]; readonly notes: string } {
  const notes: string[] = [];
  const named = weightsFor(network, fileOf(arrays, metadata), (note) => notes.push(note));
  const channels = named.weights['conv1.weight']?.shape[1];
  const x = inputsOf(images, { wanted: channels ? [null, null, channels] : undefined }, (note) => notes.push(note));
  const made = networkNamed(network, named.weights, x.shape.slice(1));
  return { values: numbersOf(made.apply(paramsFor(made, named), x)), notes: notes.join('\n') };
}

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 4));

describe("weights of PyTorch's nn.Sequential", () => {
  it('of a CNN with batch normalization give its logits, on images with their channels first', () => {
    const { values, notes } = logits('cnn', cnn);
    expect(values).toEqual(close([-1.84246302, 1.29099536, 2.87884378, -3.16518521]));
    expect(notes).toContain("'0' is conv1, '1' is norm1, '5' is dense1, '7' is dense2");
    expect(notes).toContain('x is [2,2,4,4]: images are turned from NCHW to what the model takes');
  });

  it('of a perceptron give its logits, under any prefix', () => {
    const known = close([1.85095882, -0.61711037, 0.718539, -1.50657939]);
    expect(logits('mlp', mlp).values).toEqual(known);
    const renamed = Object.entries(mlp).map(([name, array]) => [`net.fc${name}`, array]);
    expect(logits('mlp', Object.fromEntries(renamed)).values).toEqual(known);
  });

  it('of a CNN under the own names are channels first, too, where the file is one of PyTorch', () => {
    const names: Record<string, string> = { 0: 'conv1', 1: 'norm1', 5: 'dense1', 7: 'dense2' };
    const own = Object.fromEntries(
      Object.entries(cnn).map(([name, array]) => [name.replace(/^\d/, (at) => names[at]), array]),
    );
    expect(logits('cnn', own, { format: 'pt' }).values).toEqual(
      close([-1.84246302, 1.29099536, 2.87884378, -3.16518521]),
    );
  });

  it('are taken as they are under the own names, and where the order cannot be told', () => {
    const own = {
      'layer1.weight': waves([1, 2], 1),
      'layer1.bias': waves([1], 1),
      'bn.num_batches_tracked': waves([], 1),
    };
    const none = () => expect.unreachable();
    expect(Object.keys(weightsFor('mlp', fileOf(own), none).weights)).toEqual(['layer1.weight', 'layer1.bias']);
    const unordered = { 'hidden.weight': waves([2, 2], 1), 'out.weight': waves([2, 2], 1) };
    expect(weightsFor('mlp', fileOf(unordered), none).weights).toEqual(unordered);
    expect(() => weightsFor('mlp', fileOf({ ...mlp, scale: waves([1], 1) }), () => {})).toThrow(
      "'scale', which belongs to no",
    );
  });
});

describe('numbers of other types', () => {
  const note: string[] = [];
  const read = (array: SafeTensor, divideBy?: number) => {
    note.length = 0;
    return numbersOf(inputsOf(array, { divideBy }, (text) => note.push(text)));
  };
  const bytes: SafeTensor = { dtype: 'U8', shape: [2, 1], data: Uint8Array.of(0, 255) };

  it('become float32, bytes from 0 to 1 by default, and it is said', () => {
    expect([read(bytes), note[0]]).toEqual([[0, 1], expect.stringContaining('divided by 255')]);
    expect([read(bytes, 1), note]).toEqual([[0, 255], []]);
    const ints: SafeTensor = { dtype: 'I32', shape: [2, 1], data: Int32Array.of(-3, 2 ** 24) };
    expect([read(ints), note[0]]).toEqual([[-3, 2 ** 24], expect.stringContaining('taken as they are')]);
    expect(read({ dtype: 'F64', shape: [2, 1], data: Float64Array.of(0.1, -2) })).toEqual([Math.fround(0.1), -2]);
  });

  it.each([
    [{ dtype: 'I64', shape: [2, 1], data: BigInt64Array.of(1n, 16777217n) }, 'got 16777217 (I64) at entry 1'],
    [{ dtype: 'F64', shape: [1, 1], data: Float64Array.of(1e300) }, 'got 1e+300 (F64) at entry 0'],
  ] as const)('are refused where float32 cannot hold them: %#', (array, message) => {
    expect(() => read(array)).toThrow(InputError);
    expect(() => read(array)).toThrow(message);
  });

  it('make labels: 0 and 1 of a score are -1 and +1, classes stay', () => {
    const y: SafeTensor = { dtype: 'I64', shape: [3], data: BigInt64Array.of(0n, 1n, 1n) };
    expect(numbersOf(labelsOf(y, true, () => {}))).toEqual([-1, 1, 1]);
    expect(numbersOf(labelsOf(y, false, () => expect.unreachable()))).toEqual([0, 1, 1]);
  });
});

describe('files of examples', () => {
  const file = (arrays: SafeTensors) => ({ path: 'a.npz', sha256: '', arrays, metadata: {} });
  const x = waves([3, 2], 1);
  const y: SafeTensor = { dtype: 'U8', shape: [3, 1], data: Uint8Array.of(4, 5, 6) };

  it.each([
    ['x', 'y'],
    ['images', 'labels'],
    ['x_test', 'y_test'],
  ])('hold %s and %s, of which some are taken', async (inputs, labels) => {
    const found = findExamples(file({ [inputs]: x, [labels]: y }));
    const { x: some, y: own } = await found.take([2, 0]);
    expect(some).toEqual({ ...x, shape: [2, 2], data: Float32Array.from([4, 5, 0, 1], (at) => Number(x.data[at])) });
    expect(own).toEqual({ dtype: 'U8', shape: [2, 1], data: Uint8Array.of(6, 4) });
  });

  it.each([
    [{ x }, 'a.npz must hold arrays x and y, or images and labels, or x_test and y_test; it holds x'],
    [{ x, y: waves([4], 1) }, 'a.npz: labels must be [3], one an input, got [4]'],
    [{ x: waves([3], 1), y }, 'a.npz: inputs must have shape [n, ...], got [3]'],
  ])('are refused by name: %#', (arrays, message) => {
    expect(() => findExamples(file(arrays))).toThrow(message);
  });
});
