// Operators that move entries, take them apart and together, and sum along axes.
import { useWasm } from '@advml/wasm';
import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import type { NodeDraft } from '../build.ts';
import { type Case, expectSame, expectSameModel, ints, number, spread } from '../same-as-runtime.ts';

beforeAll(() => useWasm());

const x = spread([2, 3, 4, 2]);
const only = (operator: string, attributes: Case['attributes'] = {}, ...others: Case['inputs']): Case => ({
  operator,
  attributes,
  inputs: [x, ...others],
});

describe('the same entries in another shape or order', () => {
  const cases: Case[] = [
    only('Reshape', {}, ints(0, -1, 8)),
    only('Reshape', {}, ints(2, 24)),
    { ...only('Reshape', { allowzero: 1 }, ints(-1, 6)), opset: 14 },
    ...[0, 1, 2, 4, -1].map((axis) => only('Flatten', { axis })),
    only('Flatten'),
    only('Transpose'),
    only('Transpose', { perm: [0, 2, 3, 1] }),
    only('Transpose', { perm: [3, 1, 0, 2] }),
    only('Unsqueeze', {}, ints(0, -1)),
    { ...only('Unsqueeze', { axes: [1, 3] }), opset: 11 },
    { operator: 'Squeeze', inputs: [spread([1, 3, 1, 2]), ints(0, -2)] },
    { operator: 'Squeeze', inputs: [spread([1, 3, 1, 2])] },
    { operator: 'Squeeze', opset: 11, attributes: { axes: [2] }, inputs: [spread([1, 3, 1, 2])] },
    only('Tile', {}, ints(1, 2, 1, 3)),
    { operator: 'Expand', inputs: [spread([2, 1, 3]), ints(4, 2, 2, 1)] },
    { operator: 'DepthToSpace', attributes: { blocksize: 2 }, inputs: [spread([1, 8, 2, 3])] },
    { operator: 'DepthToSpace', attributes: { blocksize: 2, mode: 'CRD' }, inputs: [spread([2, 4, 2, 3])] },
    { operator: 'SpaceToDepth', attributes: { blocksize: 2 }, inputs: [spread([2, 2, 4, 2])] },
    only('Dropout'),
    { ...only('Dropout', { ratio: 0.3 }), opset: 11 },
    { ...only('Size'), gradient: false },
    { ...only('Shape'), gradient: false },
    { ...only('Shape', { start: 1, end: -1 }), gradient: false },
    { ...only('Cast', { to: 6 }), gradient: true },
    only('Cast', { to: 1 }),
    { ...only('CastLike', {}, number(1)), opset: 19 },
  ];
  it.each(cases)('%j', (given) => expectSame(given));
});

describe('parts', () => {
  it('Concat along any axis', async () => {
    for (const axis of [1, -1, 2])
      await expectSame({ operator: 'Concat', attributes: { axis }, inputs: [x, spread([2, 3, 4, 2], 3)] });
    await expectSame({ operator: 'Concat', attributes: { axis: 1 }, inputs: [spread([2, 1, 4, 2], 3), x], input: 1 });
  });
  it('Split into equal parts, stated ones, and a smaller last one', async () => {
    const split = { operator: 'Split', inputs: [x], outputs: 2 };
    await expectSame({ ...split, attributes: { axis: 2 } });
    await expectSame({ ...split, attributes: { axis: -2 }, inputs: [x, ints(1, 3)] });
    await expectSame({ ...split, attributes: { axis: 2, split: [3, 1] }, opset: 11 });
    await expectSame({ ...split, attributes: { axis: 1, num_outputs: 2 }, opset: 18 });
  });
  it('Slice', async () => {
    const end = fc.integer({ min: -6, max: 6 });
    const slices = fc.tuple(fc.integer({ min: 0, max: 3 }), end, end, fc.constantFrom(1, 1, 2, -1, -2));
    const length = (axis: number, from: number, to: number, step: number) => {
      const size = x.shape[axis];
      const [low, high] = step > 0 ? [0, size] : [0, size - 1];
      const bounded = (at: number, least: number) => Math.max(least, Math.min(high, at < 0 ? at + size : at));
      return Math.ceil((bounded(to, step > 0 ? 0 : -1) - bounded(from, low)) / step);
    };
    await fc.assert(
      fc.asyncProperty(slices, ([axis, from, to, step]) => {
        fc.pre(length(axis, from, to, step) > 0);
        return expectSame(only('Slice', {}, ints(from), ints(to), ints(axis), ints(step)));
      }),
      { seed: 3, numRuns: 16 },
    );
    await expectSame(only('Slice', {}, ints(1, 0), ints(2 ** 53, 2), ints(2, -1)));
    await expectSame({ ...only('Slice', { starts: [1, 0], ends: [-1, 1], axes: [2, 3] }), opset: 9 });
  });
  it('Gather', async () => {
    for (const [axis, indices] of [
      [0, ints(1)],
      [1, ints(2, 0, -1, 2)],
      [2, { shape: [], values: [-3], type: 'int64' }],
    ] as const)
      await expectSame(only('Gather', { axis }, indices));
    await expectSame(only('Gather', { axis: 3 }, { shape: [2, 2], values: [0, 1, -1, 0], type: 'int64' }));
  });
  it('Pad', async () => {
    const pads = ints(0, 1, 0, 1, 0, 0, 2, 1);
    for (const mode of ['constant', 'edge']) await expectSame(only('Pad', { mode }, pads));
    await expectSame(only('Pad', { mode: 'reflect' }, ints(0, 2, 1, 0, 0, 0, 3, 1)));
    await expectSame({ ...only('Pad', { mode: 'wrap' }, pads), opset: 19 });
    await expectSame(only('Pad', {}, ints(0, -1, 0, 1, 0, 0, -2, 0), number(0.7)));
    await expectSame(only('Pad', {}, ints(0, 4, 0, 2, 0, -6, 0, -3)));
    await expectSame({ ...only('Pad', {}, ints(1, 2, 0, 1), number(0.5), ints(-1, 1)), opset: 18 });
    await expectSame({ ...only('Pad', { pads: [0, 0, 1, 1, 0, 0, 0, 2], value: 0.3 }), opset: 9 });
  });
});

describe('reductions', () => {
  const operators =
    'ReduceL1 ReduceL2 ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare'.split(' ');
  it.each(operators)('%s', async (operator) => {
    const image = {
      shape: [2, 2, 2, 3],
      values: spread([2, 2, 2, 3]).values.map((value) => value + Math.sign(value) * 0.2),
    };
    const opset = operator === 'ReduceSum' ? 13 : 11;
    const axes = [[2, 3], [1], [-1], undefined];
    for (const [at, each] of axes.entries()) {
      const keepdims = at % 2;
      if (operator === 'ReduceSum')
        await expectSame({ operator, opset, attributes: { keepdims }, inputs: [image, each && ints(...each)] });
      else
        await expectSame({
          operator,
          opset,
          attributes: each ? { axes: each, keepdims } : { keepdims },
          inputs: [image],
        });
    }
    await expectSame({ operator, opset: 18, inputs: [image, ints(2, 3)] });
    await expectSame({ operator, opset: 18, attributes: { noop_with_empty_axes: 1 }, inputs: [image] });
  });
  it('ReduceMean of whole numbers, which is one', async () => {
    const nodes: NodeDraft[] = [
      { operator: 'Cast', inputs: ['x'], outputs: ['whole'], attributes: { to: 6 } },
      { operator: 'ReduceMean', inputs: ['whole'], outputs: ['reduced'], attributes: { axes: [1] } },
      { operator: 'Cast', inputs: ['reduced'], outputs: ['y'], attributes: { to: 1 } },
    ];
    const x = { shape: [2, 4], values: [-3, 7, -1, 10, 3, -7, 1, -10] };
    await expectSameModel({ opset: 13, inputs: { x: [2, 4] }, nodes, outputs: ['y'] }, x);
  });
  it('ReduceLogSum', () =>
    expectSame({
      operator: 'ReduceLogSum',
      opset: 18,
      inputs: [{ shape: [2, 3], values: [1, 2, 0.5, 3, 4, 2.5] }, ints(1)],
    }));
});

describe('Resize', () => {
  const image = spread([1, 2, 4, 3]);
  const sizes = [
    [1, 2, 7, 5],
    [1, 2, 3, 2],
    [1, 2, 8, 6],
    [1, 2, 1, 1],
  ];
  const modes = ['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel', 'half_pixel_symmetric'];
  it.each(modes)('with %s', async (coordinate_transformation_mode) => {
    for (const [at, size] of sizes.entries()) {
      const resize = (attributes: Case['attributes']): Case => ({
        operator: 'Resize',
        opset: 19,
        attributes: { ...attributes, coordinate_transformation_mode },
        inputs: [image, undefined, undefined, ints(...size)],
      });
      const roundings = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];
      const nearest = {
        nearest_mode: roundings[(modes.indexOf(coordinate_transformation_mode) + at) % 4],
        mode: 'nearest',
      };
      for (const attributes of [nearest, { mode: 'linear' }, { mode: 'cubic' }]) await expectSame(resize(attributes));
    }
    await expectSame({
      operator: 'Resize',
      opset: 18,
      attributes: { mode: 'cubic', cubic_coeff_a: -0.5, exclude_outside: 1, coordinate_transformation_mode },
      inputs: [image, undefined, { shape: [4], values: [1, 1, 1.5, 2] }],
    });
  });
  it('with antialiasing, along some axes', async () => {
    for (const mode of ['linear', 'cubic'])
      await expectSame({
        operator: 'Resize',
        opset: 18,
        attributes: { mode, antialias: 1, axes: [2, 3] },
        inputs: [spread([1, 2, 7, 6]), undefined, undefined, ints(3, 4)],
      });
  });
  it('of opset 10 to fewer entries', async () => {
    for (const mode of ['nearest', 'linear'])
      for (const scale of [0.6, 0.7, 0.5])
        await expectSame({
          operator: 'Resize',
          opset: 10,
          attributes: { mode },
          inputs: [spread([1, 1, 5, 4]), { shape: [4], values: [1, 1, scale, scale] }],
        });
  });
  it('of opset 10, and Upsample', async () => {
    const scales = { shape: [4], values: [1, 1, 2, 3] };
    for (const mode of ['nearest', 'linear']) {
      await expectSame({ operator: 'Resize', opset: 10, attributes: { mode }, inputs: [image, scales] });
      await expectSame({ operator: 'Upsample', opset: 9, attributes: { mode }, inputs: [image, scales] });
    }
  });
});
