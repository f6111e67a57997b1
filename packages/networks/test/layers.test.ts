// Each layer against plain loops in double precision, or its closed form.
import { disposeParams, InputError, key, type Params } from '@advml/core';
import { expectNoLeak, finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { grads, mul, relu, type Scalar, sum, type Tensor, tanh, tensor, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  activation,
  averagePooling,
  batchNormalization,
  type ConvolutionOptions,
  convolution,
  dense,
  flatten,
  globalAveragePooling,
  glorot,
  groupNormalization,
  he,
  type Layer,
  layeredNetwork,
  lecun,
  maxPooling,
  type PoolingOptions,
  residual,
  sequential,
} from '../src/index.ts';
import { type Images, momentsOf, naiveConvolution, naivePooling } from './naive-layers.ts';

beforeAll(async () => {
  await useWasm();
});

/** Parameters of a layer, all random. */
const randomParams = (layer: Layer, input: readonly number[]): Params =>
  Object.fromEntries(
    Object.entries(layer.parameters(input)).map(([name, { shape }]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const values = key('params', name).normal(size);
      return [name, tensor(name === 'running_var' ? values.map((value) => value * value + 0.5) : values, [...shape])];
    }),
  );

const randomImages = (...shape: [number, number, number, number]) => {
  const values = key('images').normal(shape.reduce((product, length) => product * length, 1));
  return { x: tensor4d(values, shape), images: { data: Array.from(values), shape } };
};

describe('convolution', () => {
  it.each<ConvolutionOptions>([
    { filters: 3 },
    { filters: 33, size: 2 },
    { filters: 4, size: 5, stride: 2 },
    { filters: 2, size: 3, stride: 2, padding: 1 },
    { filters: 2, size: 3, stride: 3, padding: 'valid', bias: false },
    { filters: 5, size: 1, stride: 2, padding: 0 },
  ])('is the sum over windows: %o', (options) => {
    const { filters, size = 3, stride, padding, bias = true } = options;
    const layer = convolution(options);
    const { x, images } = randomImages(2, 7, 6, 2);
    const params = randomParams(layer, [7, 6, 2]);
    expect(Object.keys(params)).toEqual(bias ? ['weight', 'bias'] : ['weight']);
    expect(params.weight.shape).toEqual([filters, 2, size, size]);
    const offsets = bias ? numbersOf(params.bias) : Array<number>(filters).fill(0);
    const expected = naiveConvolution(images, numbersOf(params.weight), offsets, { size, stride, padding });
    const y = layer.apply(params, x);
    expect(y.shape).toEqual([...expected.shape]);
    expect(layer.outputShape([7, 6, 2])).toEqual(expected.shape.slice(1));
    expect(y).toBeAllClose(expected.data, { absolute: 1e-5 });
  });
});

describe('pooling', () => {
  it.each<[string, Layer, 'max' | 'average', PoolingOptions]>(
    [{}, { size: 3, stride: 2 }, { size: 3, stride: 1, padding: 'same' as const }].flatMap((options) => [
      [`max ${JSON.stringify(options)}`, maxPooling(options), 'max', options],
      [`average ${JSON.stringify(options)}`, averagePooling(options), 'average', options],
    ]),
  )('goes window by window: %s', (_name, layer, kind, { size = 2, stride = size, padding = 'valid' }) => {
    const { x, images } = randomImages(2, 7, 5, 3);
    const expected = naivePooling(images, kind, size, stride, padding);
    const y = layer.apply({}, x);
    expect(y.shape).toEqual([...expected.shape]);
    expect(layer.outputShape([7, 5, 3])).toEqual(expected.shape.slice(1));
    expect(y).toBeAllClose(expected.data, { absolute: 1e-6 });
  });

  it('takes the mean of each channel over an image', () => {
    const { x, images } = randomImages(2, 3, 4, 2);
    const expected = [0, 1].flatMap((image) =>
      [0, 1].map(
        (channel) =>
          momentsOf(images.data.slice(24 * image, 24 * image + 24).filter((_, at) => at % 2 === channel)).mean,
      ),
    );
    expect(globalAveragePooling().apply({}, x)).toBeAllClose(expected, { absolute: 1e-6 });
    expect(globalAveragePooling().outputShape([3, 4, 2])).toEqual([2]);
  });
});

describe('batch normalization', () => {
  const layer = batchNormalization({ momentum: 0.3, epsilon: 0.01 });
  let x: Tensor;
  let images: Images;
  let batch: ReturnType<typeof momentsOf>[];
  beforeAll(() => {
    ({ x, images } = randomImages(3, 2, 2, 2));
    batch = [0, 1].map((channel) => momentsOf(images.data.filter((_, at) => channelOf(at) === channel)));
  });
  const channelOf = (at: number) => at % 2;
  const normalized = (params: Params, moments: readonly { mean: number; variance: number }[]) => {
    const [weight, bias] = [numbersOf(params.weight), numbersOf(params.bias)];
    return images.data.map((value, at) => {
      const { mean, variance } = moments[channelOf(at)];
      return (weight[channelOf(at)] * (value - mean)) / Math.sqrt(variance + 0.01) + bias[channelOf(at)];
    });
  };

  it('takes the moments of the batch in training', () => {
    const params = randomParams(layer, [2, 2, 2]);
    expect(layer.apply(params, x, { training: true })).toBeAllClose(normalized(params, batch), { absolute: 1e-5 });
  });

  it('takes the running statistics in evaluation', () => {
    const params = randomParams(layer, [2, 2, 2]);
    const [means, variances] = [numbersOf(params.running_mean), numbersOf(params.running_var)];
    const running = means.map((mean, channel) => ({ mean, variance: variances[channel] }));
    expect(layer.apply(params, x)).toBeAllClose(normalized(params, running), { absolute: 1e-5 });
  });

  it('moves the running statistics by the momentum, the variance as its unbiased estimate', () => {
    const params = randomParams(layer, [2, 2, 2]);
    const told: Record<string, number[]> = {};
    const onState = (state: Params) => {
      for (const [name, values] of Object.entries(state)) told[name] = numbersOf(values);
    };
    layer.apply(params, x, { training: true, onState });
    const moved = (name: string, seen: (channel: number) => number) =>
      numbersOf(params[name]).map((value, channel) => 0.7 * value + 0.3 * seen(channel));
    expect(Object.keys(told)).toEqual(['running_mean', 'running_var']);
    expect(told.running_mean).toBeAllClose(
      moved('running_mean', (channel) => batch[channel].mean),
      { absolute: 1e-6 },
    );
    const unbiased = (channel: number) => (batch[channel].variance * 12) / 11;
    expect(told.running_var).toBeAllClose(moved('running_var', unbiased), { absolute: 1e-6 });
    layer.apply(params, x, { onState: () => expect.unreachable() });
  });

  it('has true gradients in training, where the moments depend on the inputs', () => {
    const params = randomParams(layer, [2, 2, 2]);
    const slopes = tensor(key('slopes').normal(24), [3, 2, 2, 2]);
    const names = ['x', 'weight', 'bias'];
    const values: Params = { x, ...params };
    const f = (changes: Params) => {
      const { x: input, ...own } = { ...values, ...changes };
      return sum(mul(layer.apply(own, input, { training: true }), slopes)) as Scalar;
    };
    const found = grads((...tensors: Tensor[]) => f(Object.fromEntries(names.map((name, at) => [name, tensors[at]]))))(
      names.map((name) => values[name]),
    );
    for (const [at, name] of names.entries())
      expect(found[at], name).toBeAllClose(
        finiteDifference((value) => f({ [name]: value }), values[name]),
        {
          absolute: 2e-3,
        },
      );
  });

  it('takes flat inputs as it takes images of one pixel, and refuses to train on a single value', () => {
    const params = randomParams(layer, [2]);
    const flat = tensor(images.data.slice(0, 6), [3, 2]);
    const pixels = tensor(images.data.slice(0, 6), [3, 1, 1, 2]);
    const mode = { training: true };
    expect(layer.apply(params, flat, mode)).toHaveSameBits(layer.apply(params, pixels, mode));
    expect(() => layer.apply(params, tensor([[1, 2]]), mode)).toThrow(/cannot train on a single value/);
  });
});

describe('group normalization', () => {
  it.each([1, 2, 4])('normalizes each of %d groups of each example', (groups) => {
    const layer = groupNormalization({ groups, epsilon: 0.01 });
    const { x, images } = randomImages(2, 3, 2, 4);
    const params = randomParams(layer, [3, 2, 4]);
    const [weight, bias] = [numbersOf(params.weight), numbersOf(params.bias)];
    const groupOf = (at: number) => `${Math.floor(at / 24)} ${Math.floor((at % 4) / (4 / groups))}`;
    const expected = images.data.map((value, at) => {
      const { mean, variance } = momentsOf(images.data.filter((_, other) => groupOf(other) === groupOf(at)));
      return (weight[at % 4] * (value - mean)) / Math.sqrt(variance + 0.01) + bias[at % 4];
    });
    expect(layer.apply(params, x)).toBeAllClose(expected, { absolute: 1e-5 });
    expect(layer.apply(params, x, { training: true })).toHaveSameBits(layer.apply(params, x));
  });
});

describe('residual', () => {
  let x: Tensor;
  beforeAll(() => {
    ({ x } = randomImages(2, 4, 4, 2));
  });
  const body = convolution({ filters: 2, initial: (_, shape) => tensor(new Float32Array(36), [...shape]) });

  it('is the identity beside a body of zeros', () => {
    const layer = residual({ body });
    const params = Object.fromEntries(
      Object.entries(layer.parameters([4, 4, 2])).map(([name, { init }]) => [name, init(key('init', 0))]),
    );
    expect(Object.keys(params)).toEqual(['body.weight', 'body.bias']);
    expect(layer.apply(params, x)).toHaveSameBits(x);
  });

  it('adds what body and shortcut give', () => {
    const layer = residual({ body: activation(tanh), shortcut: activation((t) => mul(t, 2), 'twice') });
    const expected = numbersOf(x).map((value) => Math.tanh(value) + 2 * value);
    expect(layer.apply({}, x)).toBeAllClose(expected, { absolute: 1e-5 });
  });

  it('refuses shapes that do not meet', () => {
    const layer = residual({ body: convolution({ filters: 2, stride: 2 }) });
    expect(() => layer.outputShape([4, 4, 2])).toThrow(/gives shape \[2, 2, 2\], its shortcut \[4, 4, 2\]/);
  });
});

describe('initial weights', () => {
  it.each([
    ['he', he, 2 / 50],
    ['lecun', lecun, 1 / 50],
    ['glorot', glorot, 2 / (50 + 1000)],
  ])('%s has its variance', (_name, initial, variance) => {
    const values = numbersOf(initial(key('init', 0), [40, 2, 5, 5]));
    const { mean, variance: found } = momentsOf(values);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / values.length));
    expect(Math.abs(found / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / values.length));
  });

  it('glorot is uniform up to its range', () => {
    const values = numbersOf(glorot(key('init', 0), [40, 2, 5, 5])).map(Math.abs);
    const range = Math.sqrt(6 / 1050);
    expect(Math.max(...values)).toBeLessThanOrEqual(Math.fround(range));
    expect(Math.max(...values)).toBeGreaterThan(0.99 * range);
  });
});

describe('layers in a network', () => {
  const layers = sequential({
    conv1: convolution({ filters: 2 }),
    norm1: batchNormalization(),
    inner: sequential({ norm: batchNormalization(), relu: activation() }),
    flatten: flatten(),
    dense1: dense({ neurons: 3, bias: false }),
  });
  const network = layeredNetwork({ name: 'sketch', inputShape: [2, 2, 1], layers });

  it('carry their names, their keys and their state', () => {
    const params = network.init(key('init', 0));
    expect(Object.entries(params).map(([name, { shape }]) => [name, shape])).toEqual([
      ['conv1.weight', [2, 1, 3, 3]],
      ['conv1.bias', [2]],
      ['norm1.weight', [2]],
      ['norm1.bias', [2]],
      ['norm1.running_mean', [2]],
      ['norm1.running_var', [2]],
      ['inner.norm.weight', [2]],
      ['inner.norm.bias', [2]],
      ['inner.norm.running_mean', [2]],
      ['inner.norm.running_var', [2]],
      ['dense1.weight', [3, 8]],
    ]);
    expect(params['conv1.weight']).toHaveSameBits(he(key('init', 0).child('conv1'), [2, 1, 3, 3]));
    const state = ['norm1.running_mean', 'norm1.running_var', 'inner.norm.running_mean', 'inner.norm.running_var'];
    expect(network.state).toEqual(state);
    const told: string[] = [];
    const onState = (next: Params) => told.push(...Object.keys(next));
    network.apply(params, tensor4d(key('x').normal(12), [3, 2, 2, 1]), { training: true, onState });
    expect(told).toEqual(state);
  });

  it('keep no tensor', async () => {
    const params = network.init(key('init', 0));
    const { x } = randomImages(3, 2, 2, 1);
    await expectNoLeak(() => {
      for (const training of [false, true])
        disposeParams({ y: layers.apply(params, x, { training, onState: () => {} }) });
    });
    const { x: image } = randomImages(2, 4, 4, 4);
    const alone = [
      convolution({ filters: 2 }),
      groupNormalization({ groups: 2 }),
      batchNormalization(),
      residual({ body: activation(relu) }),
      globalAveragePooling(),
    ];
    for (const layer of alone) {
      const own = randomParams(layer, [4, 4, 4]);
      await expectNoLeak(() => layer.apply(own, image).dispose());
    }
  });

  it('gives each layer a key of its own', () => {
    const paths: (string | undefined)[] = [];
    const spy: Layer = {
      ...activation(),
      apply: (_params, x, mode) => {
        paths.push(mode?.key?.path);
        return x.clone();
      },
    };
    const whole = sequential({ a: spy, b: residual({ body: spy }) });
    tidy(() => whole.apply({}, tensor([[1]]), { training: true, key: key('run') }));
    expect(paths).toEqual(['run/a', 'run/b/body']);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no filters', () => convolution({ filters: 0 }), /filters must be an integer >= 1, got 0/],
    ['no window', () => maxPooling({ size: 0 }), /size must be an integer >= 1, got 0/],
    [
      'windows beside images',
      () => averagePooling({ size: 2, padding: 2 }),
      /padding must be less than size, 2, got 2/,
    ],
    ['odd padding', () => convolution({ filters: 1, padding: -1 }), /padding must be an integer >= 0, got -1/],
    [
      'a filter larger than its images',
      () => convolution({ filters: 1, size: 5, padding: 'valid' }).outputShape([4, 4, 1]),
      /larger than its images of 4 x 4/,
    ],
    [
      'a convolution of rows',
      () => convolution({ filters: 1 }).outputShape([4]),
      /takes images \[height, width, channels\], got inputs of shape \[4\]/,
    ],
    ['a dense layer on images', () => dense({ neurons: 2 }).outputShape([2, 2, 1]), /put flatten\(\) before it/],
    [
      'groups that leave a rest',
      () => groupNormalization({ groups: 3 }).outputShape([2, 2, 4]),
      /groups must divide 4 channels, got 3/,
    ],
    ['a momentum above 1', () => batchNormalization({ momentum: 2 }), /momentum must be between 0 and 1, got 2/],
    ['no layers', () => sequential({}), /at least one layer/],
    ['a number for a name', () => sequential({ 0: flatten() }), /a name such as conv1, got '0'/],
    ['a dotted name', () => sequential({ 'a.b': flatten() }), /got 'a.b'/],
    [
      'images for outputs',
      () => layeredNetwork({ name: 'x', inputShape: [2, 2, 1], layers: activation() }),
      /must end in a flat shape, got \[2, 2, 1\]/,
    ],
  ])('refuse %s', (_name, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });
});
