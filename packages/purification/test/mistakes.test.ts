// What plain JavaScript lets through is refused in a sentence that names the value and the way out.
import { ball, type Classifier, InputError, key, l0, l2 } from '@advml/core';
import { linearScore } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { memory, mul, squeeze, sum, type Tensor, tensor1d, tensor2d, tensor4d, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  alignment,
  bestCosines,
  coefficients,
  decompose,
  decomposeLayers,
  energyShare,
  errorCurve,
  featureMass,
  gradientMaps,
  imagePatches,
  lasso,
  lassoPath,
  layerRows,
  lottery,
  lotteryWinners,
  matchingPursuit,
  neuron,
  principalComponents,
  randomDictionary,
  rowCosines,
  singularValues,
  singularVectors,
  spectrum,
  truncated,
  visualize,
} from '../src/index.ts';

beforeAll(() => useWasm());

const matrix = { shape: [2, 2], data: [1, 0, 0, 2] };
const { model } = linearScore([3, -4]);
const x = () => tensor2d([[0.25, 2]]);
const y = () => tensor1d([1]);
const loop = { onProgress: () => {}, signal: new AbortController().signal };
const threat = ball(l2, 0.5);
const weights = { w: matrix };
const any = (value: unknown) => value as never;

/** Every function with options, called with any, and options that it takes. */
const OPTIONS: readonly [string, (given: never) => unknown, object][] = [
  ['alignment', (given) => alignment(matrix, [1, 1], [1, 1], given), { least: 0.1 }],
  ['decomposeLayers', (given) => decomposeLayers({ w: weights, wPrime: weights }, given), { only: ['w'] }],
  [
    'decomposeLayers',
    (given) => decomposeLayers(given),
    { w: weights, wPrime: weights, w0: weights, control: weights },
  ],
  ['featureMass', (given) => featureMass(matrix, [1, 1], given), { share: 0.5, counts: [1, 1] }],
  ['lottery', (given) => lottery(matrix, matrix, given), { share: 0.5 }],
  ['lotteryWinners', (given) => lotteryWinners(matrix, matrix, [1, 1], given), { share: 0.5 }],
  ['gradientMaps', (given) => gradientMaps(model, x(), y(), given), { loss: (v: Tensor) => v, deviations: 2 }],
  [
    'imagePatches',
    (given) => imagePatches(zeros([1, 4, 4, 1]), given),
    { size: 2, key: key('patches', 0), perImage: 1, indices: [0], centered: true },
  ],
  ['lasso', (given) => lasso(matrix, matrix, given), { penalty: 0.5, ...loop }],
  ['lassoPath', (given) => lassoPath(matrix, matrix, given), { penalties: [0.5], ...loop }],
  ['matchingPursuit', (given) => matchingPursuit(matrix, matrix, given), { atoms: 1, ...loop }],
  ['principalComponents', (given) => principalComponents(matrix, given), loop],
  ['singularValues', (given) => singularValues(matrix, given), loop],
  ['singularVectors', (given) => singularVectors(matrix, given), loop],
  [
    'visualize',
    (given) => visualize(model, x(), given),
    { threat, keys: [key('noise', 0)], steps: 1, stepSize: 0.5, ...loop },
  ],
];

/** Whether it is thrown at once or by a promise. */
async function refused(call: () => unknown, what: string) {
  const made = Promise.resolve().then(call);
  await expect(made).rejects.toThrow(InputError);
  await expect(made).rejects.toThrow(what);
}

describe.each(OPTIONS)('%s', (name, call, good) => {
  it('takes what it should', async () => {
    await expect(Promise.resolve().then(() => call(any(good)))).resolves.toBeDefined();
  });

  it('refuses options that are misspelt, and names the nearest, or no record', async () => {
    for (const [option, value] of Object.entries(good))
      await refused(
        () => call(any({ ...good, [`${option}_`]: value })),
        `${name} has no option '${option}_'; did you mean '${option}'?`,
      );
    await refused(() => call(any(7)), `${name} takes one record of options {`);
  });
});

describe('matrices', () => {
  const rows = any([[1, 2]]);
  it.each<[string, () => unknown, string]>([
    ['alignment', () => alignment(rows, [1], [1, 2]), 'delta'],
    ['bestCosines', () => bestCosines(rows, matrix), 'a'],
    ['coefficients', () => coefficients(matrix, rows), 'dictionary'],
    ['decompose', () => decompose(rows, matrix), 'w'],
    ['errorCurve', () => errorCurve(rows), 'errors'],
    ['featureMass', () => featureMass(rows, [1, 2]), 'alpha'],
    ['lasso', () => lasso(rows, matrix, { penalty: 1 }), 'signals'],
    ['lottery', () => lottery(matrix, rows), 'alpha1'],
    ['matchingPursuit', () => matchingPursuit(rows, matrix), 'signals'],
    ['principalComponents', () => principalComponents(rows), 'rows'],
    ['rowCosines', () => rowCosines(matrix, rows), 'b'],
    ['singularValues', () => singularValues(rows), 'matrix'],
    ['singularVectors', () => singularVectors(rows), 'matrix'],
  ])('are no nested arrays: %s', async (_, call, name) => {
    await refused(call, `${name} must be a tensor or a record { shape, data }, got an array of 1; use tensor(${name})`);
  });

  it.each<[string, () => unknown, string]>([
    [
      'nothing',
      () => singularValues(any(undefined)),
      'matrix must be a tensor or a record { shape, data }, got undefined',
    ],
    ['a shape alone', () => singularValues(any({ shape: [1, 2] })), 'got a record { shape }'],
    ['a promise', () => coefficients(any(Promise.resolve(matrix)), matrix), 'weight must be a tensor or a record {'],
    ['a vector of nothing', () => alignment(matrix, [1, 1], any(undefined)), 'direction must be a tensor or an array'],
    ['one number', () => featureMass(matrix, any(3)), 'wStar must be a tensor or an array of numbers, got number 3'],
    ['images in arrays', () => imagePatches(any([[[[1]]]]), { size: 1, key: key('p', 0) }), 'images must be a tensor'],
    [
      'one image',
      () => imagePatches(any(zeros([4, 4, 1])), { size: 1, key: key('p', 0) }),
      'shape [any, any, any, any]',
    ],
    ['a seed', () => imagePatches(tensor4d([1], [1, 1, 1, 1]), { size: 1, key: any(7) }), 'key must be a key, such as'],
    ['a seed of atoms', () => randomDictionary(any(7), 2, 2), "key must be a key, such as key('run', 7), got number 7"],
    ['no parameters', () => layerRows(any(undefined)), 'parameters must be a record of tensors or of records'],
    ['a network', () => layerRows(any({ init: () => 0 })), "got a function (init) at 'init'"],
    ['no w', () => decomposeLayers(any({ wPrime: weights })), 'parameters must be a record of tensors or of records'],
    ['values not awaited', () => spectrum(any(singularValues(matrix))), 'at least one singular value, got a promise'],
    ['values of nothing', () => energyShare(any(undefined), 1), 'at least one singular value, got undefined'],
    ['vectors not awaited', () => truncated(any(singularVectors(matrix)), 1), 'awaited, got a promise'],
    [
      'a disposed tensor',
      () => {
        const gone = x();
        gone.dispose();
        return singularValues(gone);
      },
      'matrix must be a tensor in use, got one that was disposed before',
    ],
  ])('are not %s', async (_, call, what) => {
    await refused(call, what);
  });
});

/** Every function that calls a model. */
const CALLS: readonly [string, (of: Classifier, inputs: Tensor) => unknown][] = [
  ['visualize', (of, inputs) => visualize(of, inputs, { threat, steps: 1 })],
  ['gradientMaps', (of, inputs) => gradientMaps(of, inputs, y())],
  ['neuron', (of, inputs) => neuron(of, 0)(inputs)],
];

describe.each(CALLS)('the model of %s', (name, call) => {
  const network = { apply: model, predict: model };

  it.each<[string, unknown, string]>([
    ['a model of tfjs-layers', network, 'a tfjs-layers model becomes one by fromLayersModel(model) of @advml/models'],
    ['a promise', async (v: Tensor) => v, 'a model must give a tensor at once here, got a promise'],
    [
      'two outputs',
      (v: Tensor) => [v, v],
      'a model must give one tensor, got an array of 2; pick one: (x) => model(x)[0]',
    ],
    ['nothing', undefined, 'a model must be a function from inputs to outputs, got undefined'],
    ['one number', (v: Tensor) => sum(v), 'a model must give one output an example, of 1, got shape []'],
  ])('is not %s, and leaves no tensor', async (_, of, what) => {
    const inputs = x();
    const labels = name === 'gradientMaps' ? 1 : 0;
    const before = memory().numTensors;
    await refused(() => call(of as Classifier, inputs), what);
    expect(memory().numTensors).toBe(before + labels);
  });

  it('takes no arrays', async () => {
    if (name === 'neuron') return;
    await refused(() => call(model, any([[0.25, 2]])), 'x must be a tensor, got an array of 1; use tensor(x)');
  });
});

describe('a model that returns its input', () => {
  it('has the gradient of its loss', () => {
    const inputs = tensor2d([[1, 1, 1, 1]]);
    const logit = (output: Tensor) => squeeze(sum(mul(output, [[1, 1, -1, 1]]), 1, true), [1]) as never;
    const maps = gradientMaps((v) => v, inputs, y(), { loss: logit, deviations: 2 });
    expect([...maps.dataSync()]).toEqual([0.5, 0.5, -0.5, 0.5]);
    expect(inputs.isDisposed).toBe(false);
  });

  it('is climbed in one dimension an example', async () => {
    const inputs = tensor1d([1, 2]);
    const { x: found, before, after } = await visualize((v) => v, inputs, { threat, steps: 20 });
    expect([...before]).toEqual([1, 2]);
    expect([...after]).toEqual([1.5, 2.5]);
    expect([...found.dataSync()]).toEqual([1.5, 2.5]);
    expect(inputs.isDisposed).toBe(false);
  });

  it('is a layer, too', () => {
    const inputs = x();
    expect([...neuron((v) => v, 1)(inputs).dataSync()]).toEqual([2]);
    expect(inputs.isDisposed).toBe(false);
  });
});

describe('what is none', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a loss by its name',
      () => gradientMaps(model, x(), y(), { loss: any('margin') }),
      'such as margin, got string mar',
    ],
    [
      'labels in an array',
      () => gradientMaps(model, x(), any([1])),
      'y must be a tensor, got an array of 1; use tensor(y)',
    ],
    ['labels of classes', () => gradientMaps(model, x(), tensor1d([0])), 'labels must be -1 or +1'],
    [
      'a radius',
      () => visualize(model, x(), { threat: any(0.5) }),
      'visualize needs a threat, such as ball(l2, 0.1), got',
    ],
    [
      'a number of entries',
      () => visualize(model, x(), { threat: ball(l0, 2) }),
      'visualize works in l1, l2 and linf, got l0',
    ],
    ['seeds', () => visualize(model, x(), { threat, keys: any([7]) }), 'each of keys must be a key, such as key('],
    [
      'outputs of no layer',
      () => neuron((v) => sum(v, 1), 0)(x()),
      'a layer must give [batch, ..., neurons], got shape',
    ],
    ['inputs of NaN', () => visualize(model, tensor2d([[0, Number.NaN]]), { threat }), 'x must be finite, got NaN'],
  ])('%s', async (_, call, what) => {
    await refused(call, what);
  });

  it('leaves no tensor where the activation has no gradient', async () => {
    const inputs = x();
    const constant = tensor1d([1]);
    const before = memory().numTensors;
    await refused(() => visualize(() => constant, inputs, { threat, steps: 2 }), 'must depend on x');
    expect(memory().numTensors).toBe(before);
    expect(constant.isDisposed).toBe(false);
  });
});
