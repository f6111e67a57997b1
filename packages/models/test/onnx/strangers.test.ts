// Graphs as other people write them: squeezes of all axes, ends behind a softmax, powers of lengths, kinks and parts that fail.
import { fromOnnx } from '@advml/models';
import '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { grad, memory, ones, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ModelDraft, modelBytes, type NodeDraft, type Numbers } from './build.ts';
import { expectSame, expectSameModel, ints, number, spread } from './same-as-runtime.ts';

beforeAll(() => useWasm());

const node = (operator: string, inputs: string[], output: string, attributes?: NodeDraft['attributes']): NodeDraft => ({
  operator,
  inputs,
  outputs: [output],
  attributes,
});
const weights: Numbers = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };
const column: Numbers = { shape: [2, 1], values: [1, 2] };
const product = node('MatMul', ['x', 'w'], 'logits');
const model = (nodes: NodeDraft[], initializers: ModelDraft['initializers'], batch: number | string = 'n') =>
  fromOnnx(modelBytes({ inputs: { x: [batch, 2] }, nodes: [product, ...nodes], initializers, outputs: ['y'] }));
/** Shapes and numbers of one example and of two. */
function answers(nodes: NodeDraft[], initializers: ModelDraft['initializers'], batch?: number | string) {
  const made = model(nodes, initializers, batch);
  const given = [1, 2].map((count) =>
    tidy(() => {
      const y = made(ones([count, 2]));
      return [[...y.shape], Array.from(y.dataSync())];
    }),
  );
  made.dispose();
  return [made.outputs, ...given];
}

describe('a batch of one', () => {
  const twice = [
    [
      [1, 3],
      [5, 7, 9],
    ],
    [
      [2, 3],
      [5, 7, 9, 5, 7, 9],
    ],
  ];
  it('keeps its axis where a squeeze takes all axes of length 1', () => {
    expect(answers([node('Squeeze', ['logits'], 'y')], { w: weights })).toEqual([3, ...twice]);
    const shares = [node('Squeeze', ['logits'], 's'), node('Softmax', ['s'], 'y', { axis: 1 })];
    expect(answers(shares, { w: weights })).toEqual([3, ...twice]);
    const scores = [
      [[1], [3]],
      [[2], [3, 3]],
    ];
    expect(answers([node('Squeeze', ['logits'], 'y')], { w: column })).toEqual([1, ...scores]);
  });
  it('keeps it where the graph makes one row of it, whatever the batch', () => {
    expect(answers([node('Reshape', ['logits', 's'], 'y')], { w: weights, s: ints(3) }, 1)).toEqual([3, ...twice]);
    expect(answers([node('Reshape', ['logits', 's'], 'y')], { w: weights, s: ints(-1) })).toEqual([3, ...twice]);
  });
});

describe('a softmax with something behind it', () => {
  const upright = node('Unsqueeze', ['logits', 'two'], 'column');
  const softmax = node('Softmax', ['column'], 'shares', { axis: 1 });
  it.each([
    node('Flatten', ['shares'], 'y'),
    node('Cast', ['shares'], 'y', { to: 11 }),
    node('Reshape', ['shares', 's'], 'y'),
    node('Squeeze', ['shares', 'two'], 'y'),
  ])('$operator', (last) => {
    const made = model([upright, softmax, last], { w: weights, s: ints(-1, 3), two: ints(2) });
    expect(made.notes).toEqual(['the last Softmax was left out: attacks need what comes before it']);
    expect(tidy(() => made(ones([1, 2])))).toBeAllClose([5, 7, 9]);
    made.dispose();
  });
});

describe('numbers of the file', () => {
  it('that are whole stay whole in powers', () =>
    expectSameModel(
      {
        inputs: { x: [1, 6] },
        initializers: { at: ints(1), two: ints(2), one: ints(1) },
        nodes: [
          node('Shape', ['x'], 's'),
          node('Gather', ['s', 'at'], 'six'),
          node('Pow', ['six', 'two'], 'square'),
          node('Concat', ['one', 'square'], 'shape', { axis: 0 }),
          node('ConstantOfShape', ['shape'], 'zeros'),
          node('Concat', ['x', 'zeros'], 'y', { axis: 1 }),
        ],
        outputs: ['y'],
      },
      spread([1, 6]),
    ));
  it.each([
    ['floor', 'asymmetric'],
    ['ceil', 'half_pixel'],
  ])('that scale lengths are taken in single precision, by %s and %s', (nearest_mode, coordinate_transformation_mode) =>
    expectSame({
      operator: 'Resize',
      inputs: [spread([1, 1, 5, 5]), undefined, { shape: [4], values: [1, 1, 2.6, 1.4] }],
      attributes: { mode: 'nearest', nearest_mode, coordinate_transformation_mode },
    }),
  );
});

describe('a norm of zeros', () => {
  it('has the slope 0, as in normalized features', () => {
    const features = [node('Relu', ['logits'], 'f'), node('ReduceL2', ['f'], 'size', { axes: [1] })];
    const made = model([...features, node('Clip', ['size', 'least'], 'safe'), node('Div', ['f', 'safe'], 'y')], {
      w: weights,
      least: number(1e-12),
    });
    const slopes = grad((x: Tensor) => sum(made(x)))(
      tensor([
        [-1, -1],
        [1, 0],
      ]),
    );
    expect(slopes).toBeAllClose([0, 0, 0, (15 - (6 * 32) / 14) / Math.sqrt(14)]); // of sum f / |f| with f = (1, 2, 3), df = (4, 5, 6)
    slopes.dispose();
    made.dispose();
  });
  it.each([1, 2])('divides nothing in LpNormalization with p %i', (p) =>
    expectSame({
      operator: 'LpNormalization',
      inputs: [{ shape: [2, 2], values: [0, 0, 3, -4] }],
      attributes: { p },
      gradient: false,
    }),
  );
});

it('a file whose constants fail leaves no tensors', () => {
  const before = memory().numTensors;
  const normalized = node('BatchNormalization', ['w', 'five', 'five', 'five', 'five'], 'v');
  const constants = { w: weights, five: spread([5]) };
  expect(() => model([normalized, node('MatMul', ['logits', 'v'], 'y')], constants)).toThrow('BatchNormalization');
  expect(memory().numTensors).toBe(before);
});

it('bounds do not go through a Clip between bounds that come from the data', () => {
  const made = model([node('Clip', ['five', 'logits', 'nine'], 'y')], { w: weights, five: number(5), nine: number(9) });
  expect(tidy(() => made(ones([1, 2])))).toBeAllClose([5, 7, 9]);
  expect(() => made.steps?.()).toThrow('bounds cannot go through');
  made.dispose();
});
