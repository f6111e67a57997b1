import { useWasm } from '@advml/wasm';
import { beforeAll, describe, it } from 'vitest';
import type { NodeDraft, Numbers } from '../build.ts';
import { type Case, expectSame, expectSameModel, number, spread } from '../same-as-runtime.ts';

beforeAll(() => useWasm());

const image = [2, 3, 2, 2];
/** Numbers of an interval in place of those around zero. */
const between = (low: number, high: number, shape: readonly number[] = image): Numbers => {
  const { values } = spread(shape, 3, 1);
  return { shape, values: values.map((value) => (low + high) / 2 + (value * (high - low)) / 2) };
};

describe('functions of one number', () => {
  it.each(
    'Abs Atan Asinh Cos Cosh Erf Exp Neg Sigmoid Sin Sinh Softplus Softsign Tanh Identity Relu HardSwish'.split(' '),
  )('%s', (operator) => expectSame({ operator, inputs: [spread(image)] }));
  it.each('Acos Asin Atanh Tan'.split(' '))('%s inside (-0.9, 0.9)', (operator) =>
    expectSame({ operator, inputs: [between(-0.9, 0.9)] }),
  );
  it.each('Log Sqrt Reciprocal Acosh'.split(' '))('%s above 1', (operator) =>
    expectSame({ operator, inputs: [between(1.1, 3)] }),
  );
  it.each('Ceil Floor Round Sign'.split(' '))('%s', (operator) =>
    expectSame({ operator, inputs: [between(-2.43, 2.51)] }),
  );
  it('Sign of numbers however small', () =>
    expectSame({ operator: 'Sign', gradient: false, inputs: [{ shape: [5], values: [1e-7, -1e-8, 0, 3, -1e-30] }] }));
  const parameters: [string, Case['attributes'], number][] = [
    ['Elu', {}, 17],
    ['Elu', { alpha: 0.5 }, 17],
    ['Celu', { alpha: 0.7 }, 17],
    ['Selu', {}, 17],
    ['Selu', { alpha: 1.5, gamma: 1.2 }, 17],
    ['LeakyRelu', { alpha: 0.2 }, 17],
    ['LeakyRelu', {}, 9],
    ['HardSigmoid', { alpha: 0.3, beta: 0.4 }, 17],
    ['HardSigmoid', {}, 17],
    ['ThresholdedRelu', { alpha: 0.3 }, 17],
    ['Clip', { min: -0.5, max: 1.05 }, 9],
    ['Mish', {}, 18],
    ['Gelu', {}, 20],
    ['Gelu', { approximate: 'tanh' }, 20],
    ['Swish', { alpha: 1.5 }, 24],
  ];
  it.each(parameters)('%s with %j, opset %i', (operator, attributes, opset) =>
    expectSame({ operator, attributes, opset, inputs: [spread(image)] }),
  );
});

describe('functions of several numbers, which broadcast', () => {
  const others = [image, [1, 3, 1, 1], [3, 1, 1], [2], []];
  it.each(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Mean', 'Sum'])('%s', async (operator) => {
    for (const [at, shape] of others.entries()) {
      const other = between(0.6, 1.9, shape);
      await expectSame({ operator, inputs: [spread(image), other] });
      if (at < 2) await expectSame({ operator, inputs: [other, spread([1, 3, 2, 2])], input: 1 });
    }
  });
  it('Pow', async () => {
    await expectSame({ operator: 'Pow', inputs: [spread(image), number(2)] });
    await expectSame({ operator: 'Pow', inputs: [spread(image), number(3)] });
    await expectSame({ operator: 'Pow', inputs: [between(0.5, 2), between(-1, 2, [3, 1, 1])] });
    await expectSame({ operator: 'Pow', inputs: [between(0.5, 2), between(0.3, 2)], input: 1 });
  });
  it('of one or three inputs', async () => {
    for (const operator of ['Max', 'Min', 'Mean', 'Sum']) {
      await expectSame({ operator, inputs: [spread(image)] });
      await expectSame({ operator, inputs: [spread(image), between(-1, 1, [3, 1, 1]), between(-1, 1.1, [2])] });
    }
  });
  it('PRelu with a slope for each channel, or one', async () => {
    await expectSame({ operator: 'PRelu', inputs: [spread(image), spread([3, 1, 1])] });
    await expectSame({ operator: 'PRelu', inputs: [spread(image), spread([1])] });
  });
  it('Clip with bounds that are inputs, each of which may be left out', async () => {
    await expectSame({ operator: 'Clip', inputs: [spread(image), number(-0.5), number(0.9)] });
    await expectSame({ operator: 'Clip', inputs: [spread(image), undefined, number(0.9)] });
    await expectSame({ operator: 'Clip', inputs: [spread(image), number(-0.5)] });
    await expectSame({ operator: 'Clip', inputs: [spread(image)] });
  });
  it.each(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'])('%s', (operator) =>
    expectSame({
      operator,
      inputs: [spread(image), { ...spread([3, 1, 1]), values: [spread(image).values[4], 0, 1] }],
    }),
  );
  it('Where', async () => {
    const condition = { shape: [2, 1, 2, 2], values: [1, 0, 0, 1, 1, 1, 0, 0], type: 'bool' } as const;
    await expectSame({ operator: 'Where', inputs: [condition, spread(image), number(3)], input: 1 });
    await expectSame({ operator: 'Where', inputs: [condition, spread([3, 1, 1]), spread(image)], input: 2 });
  });
});

describe('conditions and constants', () => {
  const node = (operator: string, inputs: string[], output: string, attributes: NodeDraft['attributes'] = {}) => ({
    operator,
    inputs,
    outputs: [output],
    attributes,
  });
  it('And, Or, Xor and Not decide what Where takes', async () => {
    for (const operator of ['And', 'Or', 'Xor']) {
      const nodes = [
        node('Greater', ['x', 'zero'], 'a'),
        node('Less', ['x', 'c'], 'b'),
        node(operator, ['a', 'b'], 'both'),
        node('Not', ['both'], 'neither'),
        node('Where', ['neither', 'x', 'c'], 'y'),
      ];
      await expectSameModel(
        { inputs: { x: image }, initializers: { zero: number(0), c: spread([2], 4) }, nodes, outputs: ['y'] },
        spread(image),
      );
    }
  });
  it('Constant, ConstantOfShape and Range', async () => {
    const nodes = [
      node('Constant', [], 'a', { value_floats: [0.5, 1.5] }),
      node('Constant', [], 'b', { value: { shape: [3, 1, 1], values: [1, 2, 3] } }),
      node('Constant', [], 'shape', { value_ints: [2, 1, 1, 2] }),
      node('ConstantOfShape', ['shape'], 'c', { value: { shape: [1], values: [0.25] } }),
      node('ConstantOfShape', ['shape'], 'zeros'),
      node('Constant', [], 'start', { value_float: { float: -1 } }),
      node('Range', ['start', 'limit', 'step'], 'r'),
      node('Sum', ['x', 'a', 'b', 'c', 'zeros', 'r'], 'y'),
    ];
    await expectSameModel(
      { inputs: { x: image }, initializers: { limit: number(1), step: number(1) }, nodes, outputs: ['y'] },
      spread(image),
    );
  });
  it('Range multiplies its steps, and does not add one to the other', () =>
    expectSameModel(
      {
        inputs: { x: [1000] },
        initializers: { start: number(0), limit: number(100), step: number(0.1) },
        nodes: [node('Range', ['start', 'limit', 'step'], 'r'), node('Add', ['x', 'r'], 'y')],
        outputs: ['y'],
      },
      { shape: [1000], values: Array(1000).fill(0) },
    ));
  it('whole numbers are divided towards zero', async () => {
    const nodes = [
      node('Cast', ['x'], 'whole', { to: 6 }),
      node('Div', ['whole', 'two'], 'half'),
      node('Cast', ['half'], 'y', { to: 1 }),
    ];
    await expectSameModel(
      { inputs: { x: [6] }, initializers: { two: { shape: [], values: [2], type: 'int32' } }, nodes, outputs: ['y'] },
      { shape: [6], values: [-5.3, -3.2, -1.7, 1.2, 3.9, 5.1] },
    );
  });
});

describe('along an axis', () => {
  it.each(['Softmax', 'LogSoftmax'])('%s', async (operator) => {
    for (const axis of [1, -1, 2]) {
      await expectSame({ operator, attributes: { axis }, inputs: [spread([2, 3, 4])] });
      await expectSame({ operator, attributes: { axis }, inputs: [spread([2, 3, 4])], opset: 11 });
    }
    await expectSame({ operator, inputs: [spread([2, 3, 4])] });
    await expectSame({ operator, inputs: [spread([2, 3, 4])], opset: 9 });
  });
});
