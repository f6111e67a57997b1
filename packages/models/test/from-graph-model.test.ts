// Graph models made by hand, as tfjs-converter reads them: logits in closed form, gradients by finite differences.
import { InputError } from '@advml/core';
import { fromGraphModel } from '@advml/models';
import { expectNoLeak, finiteDifference } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GraphNodeJson, type GraphWeights, graphModel, list, placeholder, text, texts } from './tfjs-graph.ts';

beforeAll(() => useWasm());

/** sin(1.7 i + 1): numbers without a pattern, none near another's corner. */
const waves = (...shape: number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Array.from({ length: size }, (_, at) => Math.sin(1.7 * at + 1)) };
};
const exactly = (...values: number[]) => ({ shape: [values.length], values });

const dense: GraphWeights = { w: { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }, b: exactly(0.5, 0, -40) };
const product: readonly GraphNodeJson[] = [
  placeholder('x', [-1, 2]),
  { name: 'product', op: 'MatMul', input: ['x', 'w'] },
  { name: 'sum', op: 'BiasAdd', input: ['product', 'b'] },
];
const end = (op: string, input: string, name: string = op): GraphNodeJson => ({ name, op, input: [input] });
const input = () => tf.tensor2d([[1, 10]]);
const logits = [41.5, 52, 23];

const numbersOf = (output: tf.Tensor) => [...output.dataSync()];

describe('the logits of a graph', () => {
  it.each([
    ['before a softmax', [...product, end('Softmax', 'sum')], "the last Softmax (node 'Softmax') was left out"],
    ['before a sigmoid', [...product, end('Sigmoid', 'sum:0')], 'the last Sigmoid'],
    [
      'before a softmax and what only renames it',
      [...product, end('Softmax', 'sum', 'p'), end('Identity', 'p'), end('StopGradient', 'Identity')],
      "(node 'p')",
    ],
  ])('%s', (_name, nodes, note) => {
    const model = fromGraphModel(graphModel(nodes, dense));
    expect(numbersOf(model(input()))).toEqual(logits);
    expect(model.notes.join()).toContain(note);
    expect(model.inputShape).toEqual([2]);
  });

  it.each([
    [
      'stays where it is over several rows, side by side',
      [-1, 2, 2],
      [0.5, 0.5, expect.closeTo(0.731, 3), expect.closeTo(0.269, 3)],
    ],
    ['is left out where what follows gives one row another shape', [-1, 4], [5, 5, 7, 6]],
  ])('a softmax %s', (_name, shape, expected) => {
    const nodes = [
      placeholder('x', [-1, 4]),
      { name: 'rows', op: 'Reshape', input: ['x', 'int_rows'] },
      end('Softmax', 'rows'),
      { name: 'y', op: 'Reshape', input: ['Softmax', 'int_row'] },
    ];
    const model = fromGraphModel(graphModel(nodes, { int_rows: exactly(...shape), int_row: exactly(-1, 4) }));
    expect(numbersOf(model(tf.tensor2d([[5, 5, 7, 6]])))).toEqual(expected);
    expect(model.notes).toEqual([expect.stringContaining(shape.length > 2 ? 'stays' : 'was left out')]);
  });

  it('are taken as they are where no activation follows', () => {
    const model = fromGraphModel(graphModel(product, dense));
    expect(numbersOf(model(input()))).toEqual(logits);
    expect(model.notes).toEqual([]);
  });

  it('come from the node that is named, one of several or one within', () => {
    const nodes = [...product, end('Softmax', 'sum'), end('Relu', 'sum')];
    const named = (output: string) => numbersOf(fromGraphModel(graphModel(nodes, dense), { output })(input()));
    expect(named('Softmax')).toEqual(logits);
    expect(named('Relu')).toEqual(logits);
    expect(named('product')).toEqual([41, 52, 63]);
  });

  it('cannot be taken from within a fused node, and the notes say so', () => {
    const attr = fused('BiasAdd', 'Sigmoid');
    const nodes = [placeholder('x', [-1, 2]), { name: 'y', op: '_FusedMatMul', input: ['x', 'w', 'b'], attr }];
    const model = fromGraphModel(graphModel(nodes, dense));
    expect(numbersOf(model(input()))).toEqual(logits.map((logit) => expect.closeTo(1 / (1 + Math.exp(-logit)), 5)));
    expect(model.notes).toEqual([expect.stringContaining("the sigmoid is part of node 'y', and stays")]);
  });

  it('lose axes of length 1, and one number is a score', () => {
    const image = [placeholder('x', [-1, 1, 1, 2]), { name: 'y', op: 'Conv2D', input: ['x', 'f'], attr: windows(1) }];
    const weights = { f: { shape: [1, 1, 2, 1], values: [3, -1] } };
    const model = fromGraphModel(graphModel([...image, end('Sigmoid', 'y')], weights));
    const scores = model(tf.tensor4d([1, 1, 0, 2], [2, 1, 1, 2]));
    expect([scores.shape, numbersOf(scores)]).toEqual([[2], [2, -2]]);
  });

  it('are computed in batches of the size that a graph has', () => {
    const nodes = [placeholder('x', [2, 2]), ...product.slice(1)];
    const output = fromGraphModel(graphModel(nodes, dense))(
      tf.tensor2d([
        [1, 10],
        [0, 0],
        [0, 1],
      ]),
    );
    expect(numbersOf(output)).toEqual([...logits, 0.5, 0, -40, 4.5, 5, -34]);
  });

  it('have a gradient where the softmax has none, and no tensor is left behind', async () => {
    const model = fromGraphModel(graphModel([...product, end('Softmax', 'sum')], dense));
    await expectNoLeak(() =>
      tf.tidy(() => {
        const gradient = tf.grad((x) => tf.sum(tf.mul(model(x), tf.tensor1d([0, 1, -1]))))(input());
        expect(numbersOf(gradient)).toEqual([-1, -1]);
      }),
    );
  });
});

describe('what cannot be taken', () => {
  const two = [...product, placeholder('z', [-1, 3]), { name: 'both', op: 'AddV2', input: ['sum', 'z'] }];
  const rows = [placeholder('x', [-1, 2, 3]), end('Relu', 'x')];
  const load = (nodes: readonly GraphNodeJson[], options = {}) => fromGraphModel(graphModel(nodes, dense), options);
  it.each([
    ['several inputs', () => load(two), 'has 2 inputs (x, z); hold all but one fast'],
    [
      'several outputs',
      () => load([...product, end('Relu', 'sum'), end('Elu', 'sum')]),
      'one of Relu, Elu, or any other',
    ],
    ['an unknown node', () => load(product, { output: 'logits' }), "must be a node, such as sum, got 'logits'"],
    ['whole numbers', () => load([placeholder('x', [-1], 'DT_INT32'), end('Relu', 'x')]), "input 'x' takes int32"],
    ['no shape', () => load([{ ...placeholder('x', []), attr: {} }, ...product.slice(1)]), 'give inputShape'],
    ['several rows', () => fromGraphModel(graphModel(rows))(tf.ones([1, 2, 3])), 'this output has shape [2, 3]'],
    ['another option', () => load(product, { outputs: 'sum' }), 'outputs'],
    [
      'an operation that is not known',
      () => load([...product, end('Frobnicate', 'sum'), end('Relu', 'Frobnicate')]),
      "does not know the operation Frobnicate of node 'Frobnicate'",
    ],
    ['something else', () => fromGraphModel({} as never), 'takes a GraphModel of tfjs-converter, got'],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });
});

/** Strides and padding of an operation over images. */
function windows(stride: number, more: Readonly<Record<string, unknown>> = {}) {
  const strides = list(1, stride, stride, 1);
  return { strides, dilations: list(1, 1, 1, 1), padding: text('SAME'), data_format: text('NHWC'), ...more };
}
const fused = (...ops: string[]) => ({ fused_ops: texts(...ops), num_args: { i: '1' }, epsilon: { f: 0.001 } });
const pool = { ...windows(2), ksize: list(1, 2, 2, 1) };
const normalization = { g: waves(2), o: waves(2), m: waves(2), v: exactly(0.5, 2) };
const filter = { f: waves(3, 3, 2, 3), c: waves(3) };
const apart = { f: waves(3, 3, 2, 1), c: waves(2) };
const matrix = { f: waves(2, 3), c: waves(3) };
const alpha = { alpha: { f: 0.3 } };
const image = [3, 4, 2];

/** An operation with its constants, and the shape of an example. */
const table: [op: string, constants: GraphWeights, attr: object, shape: number[]][] = [
  ['Conv2D', { f: filter.f }, windows(2), image],
  ['Conv2D', { f: filter.f }, windows(1, { dilations: list(1, 2, 2, 1), padding: text('VALID') }), [5, 5, 2]],
  ['_FusedConv2D', filter, { ...windows(1), ...fused('BiasAdd') }, image],
  ['_FusedConv2D', filter, { ...windows(2), ...fused('BiasAdd', 'Relu') }, image],
  ['_FusedConv2D', filter, { ...windows(1), ...fused('BiasAdd', 'Relu6') }, image],
  ['_FusedConv2D', filter, { ...windows(1), ...fused('BiasAdd', 'Elu') }, image],
  ['_FusedConv2D', filter, { ...windows(1), ...fused('BiasAdd', 'LeakyRelu'), leakyrelu_alpha: { f: 0.3 } }, image],
  ['DepthwiseConv2dNative', { f: apart.f }, windows(1), image],
  ['FusedDepthwiseConv2dNative', apart, { ...windows(2), ...fused('BiasAdd', 'Relu6') }, image],
  ['MatMul', { f: matrix.f }, {}, [2]],
  ['_FusedMatMul', matrix, fused('BiasAdd'), [2]],
  ['_FusedMatMul', matrix, fused('BiasAdd', 'Relu'), [2]],
  ['BiasAdd', { c: waves(2) }, {}, image],
  ['AddV2', { c: waves(2) }, {}, image],
  ['Sub', { c: waves(2) }, {}, image],
  ['Mul', { c: waves(2) }, {}, image],
  ['RealDiv', { c: exactly(2, -3) }, {}, image],
  ['SquaredDifference', { c: waves(2) }, {}, image],
  ['Maximum', { c: exactly(0.1, -0.4) }, {}, image],
  ['Minimum', { c: exactly(0.1, -0.4) }, {}, image],
  ['Prelu', { c: waves(2) }, {}, image],
  ['FusedBatchNormV3', normalization, { epsilon: { f: 0.001 } }, image],
  ['MaxPool', {}, pool, image],
  ['AvgPool', {}, pool, image],
  ['Mean', { int_axes: exactly(1, 2) }, { keep_dims: { b: false } }, image],
  ['Max', { int_axes: exactly(1, 2) }, { keep_dims: { b: true } }, image],
  ['Pad', { int_pads: { shape: [4, 2], values: [0, 0, 1, 1, 0, 2, 0, 0] } }, {}, image],
  ['MirrorPad', { int_pads: { shape: [4, 2], values: [0, 0, 1, 1, 0, 2, 0, 0] } }, { mode: text('REFLECT') }, image],
  ['Transpose', { int_order: exactly(0, 3, 1, 2) }, {}, image],
  ['ResizeBilinear', { int_size: exactly(6, 5) }, { half_pixel_centers: { b: true } }, image],
  ['DepthToSpace', {}, { block_size: { i: '2' }, data_format: text('NHWC') }, [2, 2, 4]],
  ['BatchMatMulV2', { m: waves(1, 3, 2) }, {}, [2, 3]],
  ['ConcatV2', { c: waves(1, 3), int_axis: { shape: [], values: [1] } }, { N: { i: '2' } }, [2]],
  ['StridedSlice', { int_from: exactly(0, 1), int_to: exactly(1, 4), int_by: exactly(1, 2) }, {}, [5]],
  ...[
    'Relu',
    'Relu6',
    'Elu',
    'Selu',
    'Softplus',
    'Tanh',
    'Sigmoid',
    'Exp',
    'Erf',
    'Abs',
    'Square',
    'Softmax',
    'LogSoftmax',
  ].map((op): [string, GraphWeights, object, number[]] => [op, {}, {}, [4]]),
  ['LeakyRelu', {}, alpha, [4]],
];

/** One operation, then a row of its numbers for each example. */
const single = (op: string, constants: GraphWeights, attr: object, shape: readonly number[]) =>
  graphModel(
    [
      placeholder('x', [-1, ...shape]),
      { name: 'y', op, input: ['x', ...Object.keys(constants)], attr: { ...attr } },
      { name: 'row', op: 'Reshape', input: ['y', 'int_row'] },
    ],
    { ...constants, int_row: exactly(1, -1) },
  );

/** The model's numbers weighed and summed, and their gradient by differences. */
function expectGradient(model: (x: tf.Tensor) => tf.Tensor, shape: readonly number[]) {
  tf.tidy(() => {
    const x = tf.tensor(
      waves(1, ...shape).values.map((value) => value * 0.9 + 0.03),
      [1, ...shape],
    );
    const weighed = (at: tf.Tensor) => {
      const y = model(at);
      return tf.sum(tf.mul(y, tf.tensor(waves(...y.shape).values, y.shape))) as tf.Scalar;
    };
    const expected = finiteDifference(weighed, x, 4e-3);
    const gradient = tf.grad(weighed)(x).dataSync();
    for (const [at, value] of expected.entries()) expect(gradient[at]).toBeCloseTo(value, 2);
  });
}

describe('gradients of a graph with one operation', () => {
  it.each(table)('%s %#', async (op, constants, attr, shape) => {
    const model = fromGraphModel(single(op, constants, attr, shape), { output: 'row' });
    expectGradient(model, shape);
  });
});

it('a batch of one keeps its axis where a squeeze takes all axes of length 1', () => {
  const squeeze = { name: 'y', op: 'Squeeze', input: ['sum'], attr: { squeeze_dims: list() } };
  const model = fromGraphModel(graphModel([...product, squeeze], dense));
  expect(model(input()).shape).toEqual([1, 3]);
});
