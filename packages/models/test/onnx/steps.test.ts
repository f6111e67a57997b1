// What models of ONNX tell certifiers: each step is what the graph computes, and bounds hold.
import { readFileSync } from 'node:fs';
import { crown, intervalBound } from '@advml/certify';
import {
  type AffineStep,
  ball,
  exampleKeys,
  key,
  linf,
  outputMargins,
  randomDelta,
  type Step,
  uniformTensor,
} from '@advml/core';
import { fromOnnx, type ImportedClassifier } from '@advml/models';
import { useWasm } from '@advml/wasm';
import { abs, add, argMax, eye, mul, reshape, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { modelBytes } from './build.ts';
import { spread } from './same-as-runtime.ts';

beforeAll(() => useWasm());

const fixture = (name: string) => fromOnnx(readFileSync(new URL(`../pytorch/${name}.onnx`, import.meta.url)));
/** A perceptron of elementwise operators that PyTorch's layers do not use. */
const handMade = () =>
  fromOnnx(
    modelBytes({
      inputs: { x: ['n', 2, 4, 4] },
      initializers: {
        c: spread([2, 1, 1]),
        one: { shape: [], values: [1.5] },
        low: { shape: [], values: [-0.3] },
        high: { shape: [], values: [0.8] },
        filters: spread([3, 2, 2, 2], 2, 1),
        w: spread([27, 3], 3, 1),
        last: { shape: [2], values: [0, -1], type: 'int64' },
      },
      nodes: [
        { operator: 'Sub', inputs: ['one', 'x'], outputs: ['a'] },
        { operator: 'Mul', inputs: ['a', 'c'], outputs: ['b'] },
        { operator: 'Div', inputs: ['b', 'one'], outputs: ['d'] },
        { operator: 'Abs', inputs: ['d'], outputs: ['e'] },
        { operator: 'Conv', inputs: ['e', 'filters'], outputs: ['f'] },
        { operator: 'Clip', inputs: ['f', 'low', 'high'], outputs: ['g'] },
        { operator: 'Neg', inputs: ['g'], outputs: ['h'] },
        { operator: 'Sum', inputs: ['h', 'f', 'g'], outputs: ['i'] },
        { operator: 'LeakyRelu', inputs: ['i'], outputs: ['j'] },
        {
          operator: 'MaxPool',
          inputs: ['j'],
          outputs: ['k'],
          attributes: { kernel_shape: [2, 2], pads: [1, 0, 0, 1] },
        },
        { operator: 'Transpose', inputs: ['k'], outputs: ['l'], attributes: { perm: [0, 2, 3, 1] } },
        { operator: 'Reshape', inputs: ['l', 'last'], outputs: ['m'] },
        { operator: 'MatMul', inputs: ['m', 'w'], outputs: ['y'] },
      ],
      outputs: ['y'],
    }),
  );

const models: [string, () => ImportedClassifier][] = [
  ...['views', 'resnet', 'resnet-opset17'].map((name): [string, () => ImportedClassifier] => [
    name,
    () => fixture(name),
  ]),
  ['hand-made', handMade],
];

/** Checks the matrix of an affine step, its absolute values and its transpose. */
function expectLinear({ map, absolute, shape }: AffineStep, input: readonly number[]): void {
  tidy(() => {
    const size = input.reduce((a, b) => a * b, 1);
    const units = reshape(eye(size), [size, ...input]);
    const matrix = map.apply(units);
    expect(matrix.shape.slice(1)).toEqual([...shape]);
    expect(absolute.apply(units)).toBeAllClose(abs(matrix));
    const g = uniformTensor(key('g'), [2, ...shape], -1);
    const x = uniformTensor(key('x'), [2, ...input], -1);
    const inner = (a: Tensor, b: Tensor) => sum(mul(a, b)).dataSync()[0];
    expect(inner(map.transpose(g), x)).toBeCloseTo(inner(g, map.apply(x)), 3);
  });
}

describe.each(models)('steps of %s', (_, make) => {
  it('are linear where they say so', () => {
    const model = make();
    const steps = model.steps?.() as readonly Step[];
    const shapes = [model.inputShape as readonly number[], ...steps.map(({ shape }) => shape)];
    for (const [at, step] of steps.entries())
      if (step.kind === 'affine') expectLinear(step, shapes[step.from?.[0] ?? at]);
    model.dispose();
  });

  it('bound the margin over a ball', async () => {
    const model = make();
    const threat = ball(linf, 0.02);
    const x = uniformTensor(key('examples'), [3, ...(model.inputShape as number[])]);
    const y = argMax(model(x), 1) as Tensor1D;
    const least = Array(3).fill(Infinity);
    for (let draw = 0; draw < 20; draw++)
      tidy(() => {
        const delta = randomDelta(threat, x, exampleKeys(key('draw', draw), 3));
        const margins = outputMargins(model(add(x, delta)), y);
        for (const [at, margin] of margins.entries()) least[at] = Math.min(least[at], margin);
      });
    for (const certifier of [intervalBound({ threat }), crown({ threat })]) {
      const { bound } = await certifier(model, x, y);
      for (const [at, margin] of least.entries()) expect(bound[at]).toBeLessThanOrEqual(margin);
    }
    const nearby = await crown({ threat: ball(linf, 1e-6) })(model, x, y);
    expect(nearby.bound).toBeAllClose(outputMargins(model(x), y), { absolute: 1e-2 });
    model.dispose();
  });
});

it.each<[string, object, number]>([
  ['AveragePool', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }, 9],
  ['ReduceMean', { axes: [2, 3] }, 64],
  ['ReduceSum', { axes: [1] }, 4],
  ['GlobalAveragePool', {}, 64],
])('%s counts the terms of its own sums', (operator, attributes, products) => {
  const model = fromOnnx(
    modelBytes({
      opset: 11,
      inputs: { x: ['n', 4, 8, 8] },
      nodes: [
        { operator, inputs: ['x'], outputs: ['h'], attributes: { ...attributes } },
        { operator: 'Flatten', inputs: ['h'], outputs: ['y'] },
      ],
      outputs: ['y'],
    }),
  );
  const step = model.steps?.()?.find(({ name }) => name.includes(operator)) as AffineStep;
  expect(step.terms).toBe(products + 2);
  model.dispose();
});

describe('what is made of shapes', () => {
  const x = { shape: ['n', 2] as (string | number)[] };
  const of = (nodes: Parameters<typeof modelBytes>[0]['nodes'], initializers = {}) =>
    fromOnnx(
      modelBytes({
        opset: 15,
        inputs: { x: x.shape },
        initializers: { w: { shape: [2, 2], values: [1, 0.5, -0.9, 1] }, ...initializers },
        nodes: [{ operator: 'Shape', inputs: ['x'], outputs: ['shape'] }, ...nodes],
        outputs: ['y'],
      }),
    );
  const cast = { operator: 'Cast', inputs: ['shape'], outputs: ['floats'], attributes: { to: 1 } };
  const most = { operator: 'ReduceMax', inputs: ['floats'], outputs: ['most'], attributes: { keepdims: 0 } };

  it.each<[string, Parameters<typeof modelBytes>[0]['nodes']]>([
    ['a bound of Clip', [cast, most, { operator: 'Clip', inputs: ['x', '', 'most'], outputs: ['y'] }]],
    [
      'a bias of Gemm',
      [
        { operator: 'Gather', inputs: ['shape', 'second'], outputs: ['width'] },
        {
          operator: 'ConstantOfShape',
          inputs: ['width'],
          outputs: ['ones'],
          attributes: { value: { shape: [1], values: [1] } },
        },
        { operator: 'Gemm', inputs: ['x', 'w', 'ones'], outputs: ['y'] },
      ],
    ],
  ])('is no input that was left out: %s', (_, nodes) => {
    const model = of(nodes, { second: { shape: [1], values: [1], type: 'int64' } });
    expect(() => model.steps?.()).toThrow(/^bounds cannot go through node/);
    model.dispose();
  });

  it('may say the shape of Reshape', () => {
    const model = of([{ operator: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }]);
    expect(model.steps?.()).toHaveLength(1);
    model.dispose();
  });
});

it('names the node that bounds cannot go through', () => {
  const model = fixture('transformer');
  expect(() => model.steps?.()).toThrow(/^bounds cannot go through node '.*' \(\w+\)/);
  model.dispose();
});
