import { InputError } from '@advml/core';
import { fromOnnx, type ImportedClassifier } from '@advml/models';
import '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { grad, memory, sum, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { MODEL } from '../../src/onnx/file/model.ts';
import { type ModelDraft, modelBytes, modelDraft, type NodeDraft } from './build.ts';
import { encode } from './encode.ts';

beforeAll(() => useWasm());

const node = (
  operator: string,
  inputs: string[],
  output: string,
  attributes: NodeDraft['attributes'] = {},
): NodeDraft => ({
  operator,
  inputs,
  outputs: [output],
  attributes,
  name: `the ${output}`,
});
const linear: ModelDraft = {
  inputs: { x: ['n', 2] },
  initializers: { w: { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] } },
  nodes: [node('MatMul', ['x', 'w'], 'logits'), node('Softmax', ['logits'], 'shares')],
  outputs: ['shares'],
};
const given = (values: number[], shape: number[]) => tensor(values, shape);
/** The shape of what a model says of zeros. */
const shapeOf = (model: ImportedClassifier, shape: number[]) => tidy(() => [...model(zeros(shape)).shape]);
/** What a model says of an input. */
function answer(draft: ModelDraft | Uint8Array, values: number[], shape: number[], options = {}): number[] {
  const model = fromOnnx(draft instanceof Uint8Array ? draft : modelBytes(draft), options);
  const numbers = tidy(() => Array.from(model(given(values, shape)).dataSync()));
  model.dispose();
  return numbers;
}

describe('the end of a model', () => {
  it('leaves out what makes probabilities, and says so', () => {
    const model = fromOnnx(modelBytes(linear));
    expect(model.notes).toEqual(['the last Softmax was left out: attacks need what comes before it']);
    expect([model.inputShape, model.outputs]).toEqual([[2], 3]);
    model.dispose();
    expect(answer(linear, [1, 1], [1, 2])).toEqual([5, 7, 9]);
    for (const operator of ['LogSoftmax', 'Sigmoid']) {
      const [first] = linear.nodes;
      expect(answer({ ...linear, nodes: [first, node(operator, ['logits'], 'shares')] }, [1, 1], [1, 2])).toEqual([
        5, 7, 9,
      ]);
    }
    const handedOn = [...linear.nodes, node('Identity', ['shares'], 'last')];
    expect(answer({ ...linear, nodes: handedOn, outputs: ['last'] }, [1, 1], [1, 2])).toEqual([5, 7, 9]);
  });
  it('keeps it if asked to, or if it is along other axes than the classes', () => {
    const shares = answer(linear, [1, 1], [1, 2], { probabilities: true });
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    const across = { ...linear, nodes: [linear.nodes[0], node('Softmax', ['logits'], 'shares', { axis: 0 })] };
    expect(answer({ ...across, inputs: { x: [1, 2] } }, [1, 1], [1, 2])).toEqual([1, 1, 1]);
  });
  const rows = (
    operator: string,
    lengths: number[],
    attributes: NodeDraft['attributes'],
    opset: number,
  ): ModelDraft => ({
    ...linear,
    opset,
    initializers: {
      w: { shape: [2, 4], values: [10, 9, 1, -5, 0, 0, 0, 0] },
      s: { shape: [lengths.length], values: lengths, type: 'int64' },
      flat: { shape: [2], values: [-1, 4], type: 'int64' },
    },
    nodes: [
      node('MatMul', ['x', 'w'], 'logits'),
      node('Reshape', ['logits', 's'], 'rows'),
      node(operator, ['rows'], 'shares', attributes),
      node('Reshape', ['shares', 'flat'], 'y'),
    ],
    outputs: ['y'],
  });
  const share = 1 / (1 + Math.exp(-1));
  it.each([
    ['of two axes', rows('Softmax', [-1, 2, 2], {}, 17)],
    ['that count as examples', rows('Softmax', [-1, 2], {}, 17)],
    ['of the last axis', rows('Softmax', [-1, 2, 2], { axis: -1 }, 11)],
  ])('keeps several softmaxes side by side %s', (_, draft) => {
    expect(answer(draft, [1, 0, 0, 0], [2, 2])).toEqual(
      [share, 1 - share, 1 / (1 + Math.exp(-6)), 1 / (1 + Math.exp(6)), 0.5, 0.5, 0.5, 0.5].map((value) =>
        expect.closeTo(value, 6),
      ),
    );
    const model = fromOnnx(modelBytes({ ...draft, inputs: { x: ['n', 'm'] } })); // which is not tried out
    expect(() => model(zeros([1, 2]))).toThrow(
      'goes over several rows of an example; { probabilities: true } keeps it',
    );
    model.dispose();
  });
  it.each([
    ['sigmoids', rows('Sigmoid', [-1, 2, 2], {}, 17)],
    ['a softmax whose row has several axes', rows('Softmax', [-1, 2, 2], {}, 11)],
    ['a softmax beside axes of length 1', rows('Softmax', [-1, 4, 1], { axis: 1 }, 17)],
  ])('leaves out %s', (_, draft) => expect(answer(draft, [1, 0], [1, 2])).toEqual([10, 9, 1, -5]));
  it('is no softmax over one number', () => {
    const one = { ...linear, initializers: { w: { shape: [2, 1], values: [1, 1] } } };
    expect(() => fromOnnx(modelBytes(one))).toThrow(
      "node 'the shares' (Softmax) goes over one number, so it is the same whatever the input",
    );
    expect(answer(one, [1, 2], [1, 2], { probabilities: true })).toEqual([1]);
  });
  it('is any value of the graph, by name', () => {
    const two = { ...linear, nodes: [...linear.nodes, node('Neg', ['logits'], 'other')], outputs: ['shares', 'other'] };
    expect(answer(two, [1, 1], [1, 2], { output: 'other' })).toEqual([-5, -7, -9]);
    const model = fromOnnx(modelBytes(two));
    expect(model.notes).toContain("the output is 'shares'; the file also has 'other'");
    model.dispose();
    expect(() => fromOnnx(modelBytes(two), { output: 'none' })).toThrow("such as 'shares', 'other', got 'none'");
  });
  it('gives scores [batch] where there is one number an example, and takes axes of length 1 away', () => {
    const score = {
      ...linear,
      initializers: { w: { shape: [2, 1], values: [1, 2] } },
      nodes: [linear.nodes[0]],
      outputs: ['logits'],
    };
    const model = fromOnnx(modelBytes(score));
    expect(shapeOf(model, [2, 2])).toEqual([2]);
    model.dispose();
    const pooled = { inputs: { x: ['n', 3, 2, 2] }, nodes: [node('GlobalMaxPool', ['x'], 'y')], outputs: ['y'] };
    const values = Array.from({ length: 12 }, (_, at) => at);
    expect(answer(pooled, values, [1, 3, 2, 2], { layout: 'nchw' })).toEqual([3, 7, 11]);
    expect(answer(pooled, values, [1, 2, 2, 3])).toEqual([9, 10, 11]);
    expect(() => fromOnnx(modelBytes({ ...pooled, nodes: [node('Relu', ['x'], 'y')] }))).toThrow(InputError);
  });
  it('needs no nodes beyond it, known or not', () => {
    const more = [...linear.nodes, node('ZipMap', ['shares'], 'map')];
    expect(answer({ ...linear, nodes: more }, [1, 1], [1, 2])).toEqual([5, 7, 9]);
  });
});

describe('images', () => {
  const turned = { inputs: { x: ['n', 2, 2, 3] }, outputs: ['y'] };
  it('of a graph that turns them itself are taken as they are', () => {
    const nodes = [node('Transpose', ['x'], 't', { perm: [0, 3, 1, 2] }), node('GlobalMaxPool', ['t'], 'y')];
    const model = fromOnnx(modelBytes({ ...turned, nodes }));
    expect(model.inputShape).toEqual([2, 2, 3]);
    expect(model.notes).toEqual(['images are [batch, height, width, channels], as in the file']);
    model.dispose();
    const values = Array.from({ length: 12 }, (_, at) => at);
    expect(answer({ ...turned, nodes }, values, [1, 2, 2, 3])).toEqual([9, 10, 11]);
    expect(answer({ ...turned, nodes }, values, [1, 3, 2, 2], { layout: 'nchw' })).toEqual([3, 7, 11]);
  });
  it('of a graph that turns them after steps entry by entry, too', () => {
    const nodes = [
      node('Div', ['x', 'scale'], 'a'),
      node('Sub', ['a', 'scale'], 'b'),
      node('Transpose', ['b'], 't', { perm: [0, 3, 1, 2] }),
      node('GlobalMaxPool', ['t'], 'y'),
    ];
    const scaled = { ...turned, initializers: { scale: { shape: [3], values: [1, 2, 10] } }, nodes };
    const values = Array.from({ length: 12 }, (_, at) => at);
    expect(answer(scaled, values, [1, 2, 2, 3])).toEqual([8, 3, expect.closeTo(-8.9, 5)]);
  });
  it.each([
    [
      [2, 2, 3],
      [2, 2, 3],
    ],
    [
      [3, 2, 2],
      [2, 2, 3],
    ],
    [
      [3, 2, 1],
      [2, 1, 3],
    ],
  ])('of %j in a row have channels last where only the last length may be theirs: %j', (inFile, taken) => {
    const model = fromOnnx(
      modelBytes({ inputs: { x: ['n', ...inFile] }, nodes: [node('Flatten', ['x'], 'y')], outputs: ['y'] }),
    );
    expect(model.inputShape).toEqual(taken);
    model.dispose();
  });
  it('only have a layout', () => {
    expect(() => fromOnnx(modelBytes(linear), { layout: 'nchw' })).toThrow('layout is for models of images');
  });
});

describe('batches', () => {
  const shape = { shape: [2], values: [1, -1], type: 'int64' } as const;
  it('of the size in the file are made of any batch where the graph works for no other', () => {
    const fixed: ModelDraft = {
      ...linear,
      inputs: { x: [1, 2] },
      initializers: { ...linear.initializers, shape },
      nodes: [node('Reshape', ['x', 'shape'], 'flat'), node('MatMul', ['flat', 'w'], 'logits')],
      outputs: ['logits'],
    };
    const model = fromOnnx(modelBytes(fixed));
    expect(model.notes[0]).toMatch(/^examples are computed 1 at a time, since the graph works for batches of 1 only/);
    tidy(() => {
      const x = given([1, 1, 0, 1, 1, 0], [3, 2]);
      expect(model(x)).toBeAllClose([5, 7, 9, 4, 5, 6, 1, 2, 3]);
      expect(grad((at: Tensor) => sum(model(at)))(x)).toBeAllClose([6, 15, 6, 15, 6, 15]);
    });
    expect(shapeOf(model, [0, 2])).toEqual([0, 3]);
    model.dispose();
  });
  it('are not mixed by a graph that takes any, but looks across examples', () => {
    const nodes = [node('ReduceMean', ['x'], 'mean', { axes: [0], keepdims: 1 }), node('Add', ['x', 'mean'], 'y')];
    for (const batch of [1, 'n'])
      expect(answer({ inputs: { x: [batch, 2] }, nodes, outputs: ['y'] }, [1, 2, 3, 4], [2, 2])).toEqual([2, 4, 6, 8]);
  });
  it('may be larger where a trial gives the same', () => {
    const model = fromOnnx(modelBytes({ ...linear, inputs: { x: [1, 2] } }));
    expect(model.notes.at(-1)).toMatch(/^the file has batches of 1; on random inputs others gave the same/);
    expect(shapeOf(model, [2, 2])).toEqual([2, 3]);
    model.dispose();
  });
});

describe('a shape computed from shapes', () => {
  it('is as PyTorch writes a view: Shape, Gather, Unsqueeze, Concat, Reshape', () => {
    const view: ModelDraft = {
      inputs: { x: ['n', 2, 3] },
      initializers: {
        zero: { shape: [], values: [0], type: 'int64' },
        rest: { shape: [1], values: [-1], type: 'int64' },
        axes: { shape: [1], values: [0], type: 'int64' },
      },
      nodes: [
        node('Shape', ['x'], 'shape'),
        node('Gather', ['shape', 'zero'], 'batch'),
        node('Unsqueeze', ['batch', 'axes'], 'first'),
        node('Concat', ['first', 'rest'], 'wanted', { axis: 0 }),
        node('Reshape', ['x', 'wanted'], 'y'),
      ],
      outputs: ['y'],
    };
    const model = fromOnnx(modelBytes(view));
    expect(shapeOf(model, [4, 2, 3])).toEqual([4, 6]);
    model.dispose();
  });
});

describe('what is refused, by name', () => {
  const half = { ...linear, inputType: 10 };
  it('takes half precision, which is computed in single', () =>
    expect(answer(half, [1, 1], [1, 2])).toEqual([5, 7, 9]));

  const [product] = linear.nodes;
  const one = (change: Partial<ModelDraft>) =>
    modelBytes({ ...linear, outputs: ['logits'], nodes: [product], ...change });
  /** An operator on inputs of two entries, with constants of one shape. */
  const scaled = (operator: string, shape: number[], count: number) => {
    const values = Array(shape.reduce((a, b) => a * b)).fill(1);
    return one({
      inputs: { x: operator === 'Conv' ? ['n', 2, 1] : ['n', 2] },
      nodes: [node(operator, ['x', ...Array(count).fill('c')], 'logits')],
      initializers: { c: { shape, values } },
    });
  };
  const external = modelDraft(linear);
  const weights = {
    name: 'w',
    dims: [2, 3],
    dataType: 1,
    dataLocation: 1,
    externalData: [{ key: 'location', value: 'w.bin' }],
  };
  const cases: [string, () => Uint8Array, string][] = [
    ['text', () => new TextEncoder().encode('no model at all'), 'fromOnnx takes the bytes of an ONNX file'],
    ['nothing', () => new Uint8Array(), 'got no graph with nodes'],
    [
      'an unknown operator',
      () => one({ nodes: [node('Loop', ['x'], 'logits')] }),
      "node 'the logits' (Loop) must have an operator",
    ],
    [
      'an operator of another domain',
      () => one({ nodes: [{ ...product, domain: 'com.example' }] }),
      'got com.example.MatMul',
    ],
    ['an unknown attribute', () => one({ nodes: [node('Relu', ['x'], 'logits', { slope: 1 })] }), "got 'slope'"],
    [
      'an attribute of another type',
      () => one({ nodes: [node('Elu', ['x'], 'logits', { alpha: 1 })] }),
      "an attribute 'alpha' that is no float",
    ],
    [
      'a missing value',
      () => one({ nodes: [node('Add', ['x', 'bias'], 'logits')] }),
      "(Add) needs 'bias', which no node before it gives",
    ],
    [
      'a circle',
      () => one({ nodes: [node('Add', ['x', 'b'], 'a'), node('Relu', ['a'], 'b')], outputs: ['b'] }),
      "needs 'b'",
    ],
    ['a value given twice', () => one({ nodes: [product, node('Relu', ['x'], 'logits')] }), "got 'logits' twice"],
    ['two inputs', () => one({ inputs: { x: ['n', 2], mask: ['n', 2] } }), "one input, got 2: 'x', 'mask'"],
    ['whole numbers', () => one({ inputType: 7 }), "input 'x' must be real numbers"],
    ['old operators', () => one({ opset: 8 }), 'opset must be >= 9, got 8'],
    [
      'matrices that do not fit',
      () => one({ inputs: { x: ['n', 5] } }),
      "node 'the logits' (MatMul) must have matrices that fit",
    ],
    [
      'too few numbers',
      () => one({ initializers: { w: { shape: [2, 3], values: [1] } } }),
      "initializer 'w' must have as many numbers",
    ],
    [
      'numbers elsewhere',
      () => encode(MODEL, { ...external, graph: { ...external.graph, initializers: [weights] } }),
      "got them in 'w.bin'",
    ],
    [
      'an unused output',
      () =>
        one({ nodes: [{ ...node('Dropout', ['x'], 'a'), outputs: ['a', 'mask'] }, node('Relu', ['mask'], 'logits')] }),
      "needs 'mask', an output",
    ],
    [
      'images without a row',
      () =>
        one({
          inputs: { x: ['n', 1, 4, 4] },
          nodes: [node('Resize', ['x', '', 'scales'], 'logits', { mode: 'linear' })],
          initializers: { scales: { shape: [4], values: [1, 1, 0.2, 1] } },
        }),
      'must leave an entry of each axis',
    ],
    [
      'images whose rows are all cut off',
      () =>
        one({
          inputs: { x: ['n', 1, 1] },
          nodes: [node('ConvTranspose', ['x', 'w'], 'logits', { pads: [1, 2] })],
          initializers: { w: { shape: [1, 1, 2], values: [1, 2] } },
        }),
      'must leave lengths >= 0, got 2 - 1 - 2',
    ],
    ['gains of other channels', () => scaled('BatchNormalization', [1], 4), 'must have shape [2], got [1]'],
    ['biases of other filters', () => scaled('Conv', [1, 2, 1], 2), 'must have shape [1], got [1, 2, 1]'],
    ['gains of other axes', () => scaled('LayerNormalization', [5, 1, 2], 1), 'must have numbers that fit [1,2]'],
    [
      'constants beyond a product',
      () =>
        one({
          nodes: [node('Gemm', ['x', 'w', 'c'], 'logits')],
          initializers: { ...linear.initializers, c: { shape: [2, 1], values: [1, 1] } },
        }),
      'must have numbers that fit [1,3]',
    ],
    ['an initializer as the output', () => one({ outputs: ['w'] }), "got no node that gives 'w' here"],
    [
      'a mask as the output',
      () => one({ nodes: [{ ...node('Dropout', ['x'], 'a'), outputs: ['a', 'mask'] }], outputs: ['mask'] }),
      "got no node that gives 'mask' here",
    ],
    ['a constant output', () => one({ nodes: [node('Relu', ['w'], 'logits')] }), 'the output must depend on the input'],
  ];
  it.each(cases)('%s', (_, make, message) => {
    const before = memory().numTensors;
    expect(() => fromOnnx(make())).toThrow(InputError);
    expect(() => fromOnnx(make())).toThrow(message);
    expect(memory().numTensors).toBe(before);
  });
  it('options and bytes of other kinds', () => {
    expect(() => fromOnnx(one({}), { maxNumber: 3 } as never)).toThrow("did you mean 'maxNumbers'");
    expect(() => fromOnnx('model.onnx' as never)).toThrow(
      'fromOnnx takes the bytes of a file, a Uint8Array, got string',
    );
  });
});

describe('a small file', () => {
  const long = (...values: number[]) => ({ shape: [values.length], values, type: 'int64' }) as const;
  const huge = (nodes: NodeDraft[], numbers: ModelDraft['initializers']): ModelDraft => ({
    inputs: { x: ['n', 2] },
    nodes,
    initializers: numbers,
    outputs: ['y'],
  });
  const cases: [string, ModelDraft][] = [
    [
      'ConstantOfShape',
      huge([node('ConstantOfShape', ['s'], 'c'), node('Add', ['x', 'c'], 'y')], { s: long(1e5, 1e5) }),
    ],
    ['Expand', huge([node('Expand', ['x', 's'], 'y')], { s: long(1e6, 1e6, 1, 2) })],
    ['Tile', huge([node('Tile', ['x', 's'], 'y')], { s: long(1e6, 1e6) })],
    [
      'Concat',
      huge([node('Expand', ['x', 's'], 'c'), node('Concat', Array(4096).fill('c'), 'y', { axis: 1 })], {
        s: long(1, 2 ** 18, 2),
      }),
    ],
    ['Pad', huge([node('Pad', ['x', 's'], 'y')], { s: long(0, 1e9, 0, 1e9) })],
    ['Resize', huge([node('Resize', ['x', '', '', 's'], 'y')], { s: long(1e5, 1e6) })],
    [
      'Range',
      huge([node('Range', ['a', 'b', 'c'], 'r'), node('Add', ['x', 'r'], 'y')], {
        a: { shape: [], values: [0] },
        b: { shape: [], values: [1e12] },
        c: { shape: [], values: [1] },
      }),
    ],
    [
      'Add',
      huge(
        [
          node('Reshape', ['x', 's'], 'c'),
          node('Range', ['a', 'b', 'd'], 'r'),
          node('Reshape', ['r', 't'], 'column'),
          node('Mul', ['r', 'column'], 'z'),
          node('Add', ['x', 'z'], 'y'),
        ],
        {
          s: long(-1, 1),
          t: long(-1, 1),
          a: { shape: [], values: [0] },
          b: { shape: [], values: [1e5] },
          d: { shape: [], values: [1] },
        },
      ),
    ],
    ['input', { inputs: { x: ['n', 1e6, 1e6] }, nodes: [node('Relu', ['x'], 'y')], outputs: ['y'] }],
  ];
  it.each(cases)('asks for no more memory than allowed: %s', (_, draft) => {
    const started = performance.now();
    expect(() => fromOnnx(modelBytes(draft))).toThrow(/must make no more numbers than maxNumbers leaves/);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
