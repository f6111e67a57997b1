import '@tensorflow/tfjs-backend-cpu';
import { useWasm } from '@advml/wasm';
import {
  type DataType,
  getKernel,
  getKernelsForBackend,
  matMul,
  setBackend,
  type Tensor,
  tensor,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, outcome, watchHeap } from './call.ts';
import { type Case, cases, type Given } from './cases.ts';

let heap: ReturnType<typeof watchHeap>;
let canaries: Tensor[] = [];
const numbers = Float32Array.from({ length: 61 }, (_, at) => at - 30.5);

beforeAll(async () => {
  await useWasm();
  canaries = Array.from({ length: 40 }, (_, at) => tensor(numbers.slice(0, at + 1)));
  heap = watchHeap();
});
afterAll(() => heap.stop());

/** Whether nothing but the results was written to. */
function unharmed(): boolean {
  const kept = canaries.every((canary) => canary.dataSync().every((value, at) => value === numbers[at]));
  return kept && heap.broken() === 0;
}

/** What both backends say, and whether anything else changed. */
async function compared(kernelName: string, call: Case, dtypes: readonly DataType[]) {
  await setBackend('cpu');
  const expected =
    getKernel(kernelName, 'cpu') && !elsewhere.has(kernelName) ? outcome(kernelName, call, dtypes) : undefined;
  await setBackend('wasm');
  const found = outcome(kernelName, call, dtypes);
  return { expected, found, safe: unharmed() && !isTrap(found) };
}

const isTrap = (found: Outcome) => found instanceof Error && /memory access|by zero|unreachable/.test(String(found));

function same(kernelName: string, expected: Outcome | undefined, found: Outcome): boolean {
  if (found instanceof Error) return false;
  if (expected === undefined || expected instanceof Error) return expected === undefined;
  const close = (a: unknown, b: unknown) =>
    typeof a === 'number' && typeof b === 'number'
      ? Object.is(a, b) || Math.abs(a - b) <= 1e-4 * (1 + Math.abs(a)) || (Number.isNaN(a) && Number.isNaN(b))
      : String(a) === String(b);
  return expected.every(
    ({ dtype, shape, values }, at) =>
      (found[at].dtype === dtype || keepsType.has(kernelName)) &&
      String(found[at].shape) === String(shape) &&
      (shape.includes(0) ||
        values.every(
          (value, entry) =>
            close(value, found[at].values[entry]) || (open.has(kernelName) && found[at].values[entry] === -(2 ** 31)),
        )),
  );
}

/** Kernels without a result of whole numbers for some: x / 0, and 0 to a negative power. */
const open = new Set(['FloorDiv', 'Pow']);

/** Kernels that have tests against other references: the cpu backend's takes other inputs, or places windows differently. */
const elsewhere = new Set([
  'Dilation2DBackpropFilter',
  'Dilation2DBackpropInput',
  'MaxPool3DGrad',
  'MaxPoolWithArgmax',
]);

/** Kernels whose results have the type of their inputs; on the cpu backend, always the same one. */
const keepsType = new Set(['FloorDiv', 'UnsortedSegmentSum']);

const dtypes: readonly DataType[] = ['float32', 'int32', 'bool', 'string'];
const natural = ({ inputs }: Case) => Object.values(inputs).map(({ dtype }) => dtype);

/** All types on up to two inputs; beyond, those that differ from the natural ones in one or all places. */
function mixtures(call: Case): DataType[][] {
  const own = natural(call);
  if (own.length <= 2)
    return own.reduce<DataType[][]>((all) => all.flatMap((each) => dtypes.map((dtype) => [...each, dtype])), [[]]);
  const one = own.flatMap((_, at) => dtypes.map((dtype) => own.with(at, dtype)));
  return [...one, ...dtypes.map((dtype) => own.map((each) => (each === 'float32' ? dtype : each)))];
}

const all = Object.entries(cases).flatMap(([kernelName, calls]) => calls.map((call) => [kernelName, call] as const));

it('is asked about every kernel of the backend', () => {
  const registered = getKernelsForBackend('wasm').map(({ kernelName }) => kernelName);
  expect(registered.filter((kernelName) => !(kernelName in cases))).toEqual([]);
});

describe('every kernel, on tensors of every type', () => {
  it('gives what the cpu backend gives, or refuses, and writes to its results only', async () => {
    const wrong: string[] = [];
    for (const [kernelName, call] of all) {
      for (const mixture of mixtures(call)) {
        const { expected, found, safe } = await compared(kernelName, call, mixture);
        const right = found instanceof Error || same(kernelName, expected, found);
        if (!safe || !right) wrong.push(`${kernelName} of ${mixture}: ${JSON.stringify({ expected, found, safe })}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('takes the types it is made for', async () => {
    const refused: string[] = [];
    for (const [kernelName, call] of all) {
      const { found, expected } = await compared(kernelName, call, natural(call));
      if (!same(kernelName, expected, found))
        refused.push(`${kernelName}: ${JSON.stringify({ expected, found })} ${found}`);
    }
    expect(refused).toEqual([]);
  });
});

/** The call with an axis of an input, or all axes of one length, made empty. */
function emptied(call: Case): Case[] {
  const { inputs, attrs } = call;
  const lengths = new Set(Object.values(inputs).flatMap(({ shape }) => shape));
  const without = (shape: readonly number[], length: number) => shape.map((each) => (each === length ? 0 : each));
  const together = [...lengths].map((length): Case => {
    const shapes = ['filterShape', 'inputShape'].filter((name) => attrs?.[name] !== undefined);
    return {
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, given]) => [name, { ...given, shape: without(given.shape, length) }]),
      ),
      attrs: {
        ...attrs,
        ...Object.fromEntries(shapes.map((name) => [name, without(attrs?.[name] as number[], length)])),
      },
    };
  });
  const alone = Object.entries(inputs).flatMap(([name, given]) =>
    given.shape.map((_, axis): Case => {
      const one: Given = { ...given, shape: given.shape.with(axis, 0) };
      return { inputs: { ...inputs, [name]: one }, attrs };
    }),
  );
  return [...together, ...alone];
}

/** Where the cpu backend leaves the answer open. */
const ofNothing: Readonly<Record<string, number>> = { Max: -Infinity, Min: Infinity, Mean: Number.NaN, All: 1, Any: 0 };

describe('every kernel, on empty tensors', () => {
  it('gives what the cpu backend gives, or refuses, and writes to its results only', async () => {
    const wrong: string[] = [];
    for (const [kernelName, call] of all) {
      for (const empty of emptied(call)) {
        const { expected, found, safe } = await compared(kernelName, empty, natural(call));
        const known = kernelName in ofNothing && !(found instanceof Error);
        const exchanged = kernelName === 'ResizeBilinearGrad' && !(found instanceof Error); // rows and columns, by cpu
        if (exchanged) continue;
        const right = known
          ? found[0].values.every((value) => Object.is(Number(value), ofNothing[kernelName]))
          : found instanceof Error || same(kernelName, expected, found);
        const shapes = Object.entries(empty.inputs).map(([name, { shape }]) => `${name} [${shape}]`);
        if (!safe || !right) wrong.push(`${kernelName} of ${shapes}: ${JSON.stringify({ expected, found, safe })}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('gives empty or zero results where shapes belong together', async () => {
    const convolution = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1] };
    const of = (...shape: number[]): Given => ({ shape, dtype: 'float32' });
    const [image, filter, dy] = [of(2, 2, 2, 3), of(3, 3, 3, 4), of(2, 0, 0, 4)]; // the filter is larger than the image
    const calls: [string, Case, number[]][] = [
      ['Conv2D', { inputs: { x: image, filter }, attrs: convolution }, dy.shape as number[]],
      [
        'Conv2DBackpropInput',
        { inputs: { dy, filter }, attrs: { ...convolution, inputShape: [2, 2, 2, 3] } },
        [2, 2, 2, 3],
      ],
      [
        'Conv2DBackpropFilter',
        { inputs: { x: image, dy }, attrs: { ...convolution, filterShape: [3, 3, 3, 4] } },
        [3, 3, 3, 4],
      ],
      ['AvgPool', { inputs: { x: image }, attrs: { filterSize: 3, strides: 1, pad: 'valid' } }, [2, 0, 0, 3]],
    ];
    for (const [kernelName, call, shape] of calls) {
      const found = outcome(kernelName, call, natural(call));
      const values = Array(shape.reduce((product, length) => product * length)).fill(0);
      expect([kernelName, unharmed()]).toEqual([kernelName, true]);
      expect({ kernelName, found }).toEqual({ kernelName, found: [{ dtype: 'float32', shape, values }] });
    }
  });

  it('says where windows are larger than that', () => {
    const large: Case = {
      inputs: { x: { shape: [1, 2, 2, 1], dtype: 'float32' }, filter: { shape: [5, 5, 1, 1], dtype: 'float32' } },
      attrs: { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1] },
    };
    const found = outcome('Conv2D', large, natural(large));
    expect(String(found)).toContain('Conv2D: windows of [5,5] do not fit into images of [1,2,2,1]; pad them or');
  });
});

describe('places outside', () => {
  it.each([
    ['GatherNd', 'indices'],
    ['GatherV2', 'indices'],
    ['ScatterNd', 'indices'],
    ['TensorScatterUpdate', 'indices'],
    ['SparseSegmentSum', 'indices'],
    ['SparseSegmentMean', 'segmentIds'],
    ['SparseToDense', 'sparseIndices'],
    ['CropAndResize', 'boxInd'],
    ['Bincount', 'x'],
    ['DenseBincount', 'x'],
    ['UnsortedSegmentSum', 'segmentIds'],
    ['OneHot', 'indices'],
  ])('are refused by %s, or left out, wherever %s points to', (kernelName, name) => {
    for (const place of [-1, -(2 ** 31), 1000, 2 ** 31 - 1]) {
      const [call] = cases[kernelName];
      const given = call.inputs[name];
      const values = Array<number>(given.shape.reduce((product, length) => product * length)).fill(place);
      const wrong = { ...call, inputs: { ...call.inputs, [name]: { ...given, values } } };
      const found = outcome(kernelName, wrong, natural(call));
      expect([place, isTrap(found), unharmed()]).toEqual([place, false, true]);
    }
  });
});

it('computes as before after all that', () => {
  const [a, b] = [tensor2d([[1, 2]]), tensor2d([[3], [4]])];
  expect(Array.from(matMul(a, b).dataSync())).toEqual([11]);
});
