// Convolutional and residual networks: what every network must do, their forward pass in double precision, learning.
import { disposeParams, InputError, key, type Params, paramsFromArrays, paramsToArrays } from '@advml/core';
import { decodeSafetensors, encodeSafetensors } from '@advml/formats';
import { cleanAccuracy } from '@advml/metrics';
import { adam } from '@advml/optimizers';
import { describeNetwork, expectNoLeak, numbersOf } from '@advml/testkit';
import { cleanObjective, disposeState, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { slice, tanh, tensor, tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CnnOptions, cnn, type LayeredNetwork, type NormKind, resnet } from '../src/index.ts';
import { naiveConvolution, naiveDense, naivePooling } from './naive-layers.ts';

beforeAll(async () => {
  await useWasm();
});

const NORMS = ['none', 'batch', 'group'] as const;

for (const norm of NORMS) {
  describeNetwork(cnn({ inputs: [6, 6, 1], filters: [4, 4], hidden: [5], outputs: 3, norm, activation: tanh }), {
    classes: 3,
  });
  describeNetwork(resnet({ inputs: [6, 6, 2], filters: [2, 4], outputs: 'score', norm, activation: tanh }));
}

describe('cnn', () => {
  it.each([
    [[1, 1], 'max'],
    [[2, 1], 'average'],
    [[2, 3], 'none'],
  ] as const)('is convolutions with strides %j, rectifiers and pooling (%s), then dense layers', (strides, pooling) => {
    const shape = { filters: [3, 4], sizes: [3, 2], hidden: [5], outputs: 3 };
    const network = cnn({ inputs: [9, 8, 2], strides, pooling, ...shape });
    const start = network.init(key('init', 0));
    const params: Params = { ...start, 'conv1.bias': tensor([0.3, -0.2, 0.1]), 'dense2.bias': tensor([1, 2, -3]) };
    const weights = (name: string) => [numbersOf(params[`${name}.weight`]), numbersOf(params[`${name}.bias`])] as const;
    const x = key('x').normal(3 * 144);
    const rectified = (values: readonly number[]) => values.map((value) => Math.max(value, 0));
    let h = { data: Array.from(x), shape: [3, 9, 8, 2] as const } as Parameters<typeof naiveConvolution>[0];
    for (const [name, window] of [
      ['conv1', { size: 3, stride: strides[0] }],
      ['conv2', { size: 2, stride: strides[1] }],
    ] as const) {
      const y = naiveConvolution(h, ...weights(name), window);
      const bent = { ...y, data: rectified(y.data) };
      h = pooling === 'none' ? bent : naivePooling(bent, pooling, 2, 2, 'valid');
    }
    const expected = naiveDense(rectified(naiveDense(h.data, ...weights('dense1'))), ...weights('dense2'));
    expect(network.apply(params, tensor4d(x, [3, 9, 8, 2]))).toBeAllClose(expected, { absolute: 1e-5 });
  });

  it.each<[CnnOptions, RegExp]>([
    [{ filters: [4, 0] }, /filters must be an integer >= 1, got 0/],
    [{ strides: [1, 0] }, /strides must be an integer >= 1, got 0/],
    [{ strides: [2] }, /strides must be 2, one a convolution, got 1/],
    [{ sizes: [3] }, /sizes must be 2, one a convolution, got 1/],
    [{ inputs: [28, 28] }, /takes images \[height, width, channels\], got inputs of shape \[28, 28\]/],
    [{ inputs: [2, 2, 1] }, /max pooling 2x2 has windows of 2 pixels, larger than its images of 1 x 1/],
    [{ hidden: [0] }, /hidden must be an integer >= 1, got 0/],
    [{ outputs: 1 }, /outputs must be an integer >= 2, got 1/],
    [{ norm: 'layer' as NormKind }, /norm must be 'batch', 'group' or 'none', got 'layer'/],
    [{ pooling: 'min' as 'max' }, /pooling must be 'max', 'average' or 'none', got 'min'/],
  ])('refuses %o', (options, message) => {
    expect(() => cnn(options)).toThrow(InputError);
    expect(() => cnn(options)).toThrow(message);
  });
});

describe('resnet', () => {
  it.each([
    [1, 4, 4],
    [2, 8, 7],
  ])(
    'is its shortcuts where the last normalization of each body has no gain, with stride %d',
    (stride, height, width) => {
      const network = resnet({ inputs: [height, width, 2], filters: [2, 4], stride, blocks: 2, outputs: 3 });
      const full = network.init(key('init', 0));
      const without = Object.fromEntries(
        Object.entries(full).map(([name, values]) =>
          name.endsWith('body.norm2.weight') ? [name, tensor(new Float32Array(values.size))] : [name, values],
        ),
      );
      const x = key('x').normal(4 * height * width);
      const rectified = (values: readonly number[]) => values.map((value) => Math.max(value, 0));
      const scale = 1 / Math.sqrt(1 + 1e-5); // evaluation, with the running statistics at their start
      const conv = (
        h: Parameters<typeof naiveConvolution>[0],
        name: string,
        options: { size: number; stride?: number; padding: number },
      ) => {
        const weight = numbersOf(full[`${name}.weight`]);
        const y = naiveConvolution(h, weight, Array(full[`${name}.weight`].shape[0]).fill(0), options);
        return { ...y, data: rectified(y.data.map((value) => value * scale)) };
      };
      const first = conv({ data: Array.from(x), shape: [2, height, width, 2] }, 'conv1', {
        size: 3,
        stride,
        padding: 1,
      });
      const last = conv(first, 'block3.shortcut.conv', { size: 1, stride: 2, padding: 0 }); // [2, 2, 2, 4]
      const means = [0, 1].flatMap((image) =>
        [0, 1, 2, 3].map((channel) => {
          const own = last.data.slice(16 * image, 16 * image + 16).filter((_, at) => at % 4 === channel);
          return own.reduce((a, b) => a + b) / 4;
        }),
      );
      const expected = naiveDense(means, numbersOf(full['dense.weight']), numbersOf(full['dense.bias']));
      expect(network.apply(without, tensor4d(x, [2, height, width, 2]))).toBeAllClose(expected, { absolute: 1e-5 });
    },
  );

  it('refuses stages and blocks that are not there', () => {
    expect(() => resnet({ filters: [] })).toThrow(/filters must be at least one number/);
    expect(() => resnet({ stride: 0 })).toThrow(/stride must be an integer >= 1, got 0/);
    expect(() => resnet({ blocks: 0 })).toThrow(/blocks must be an integer >= 1, got 0/);
  });
});

describe.each<[string, LayeredNetwork]>([
  ...NORMS.map((norm): [string, LayeredNetwork] => [`cnn, ${norm}`, cnn({ norm })]),
  ['cnn, average pooling', cnn({ filters: [8, 32], pooling: 'average' })],
  ['cnn, strides', cnn({ sizes: [5, 4], strides: [2, 2], pooling: 'none' })],
  ['resnet, stride', resnet({ filters: [8, 16, 32], stride: 2 })],
  ...NORMS.map((norm): [string, LayeredNetwork] => [`resnet, ${norm}`, resnet({ norm })]),
])('%s', (_name, network) => {
  it('gives an image the same bits in any batch', () => {
    const params = network.init(key('init', 0));
    const x = tensor4d(key('x').uniform(67 * 784), [67, 28, 28, 1]);
    const whole = numbersOf(network.apply(params, x));
    for (const [from, count] of [
      [0, 1],
      [3, 2],
      [5, 31],
      [66, 1],
    ]) {
      const part = network.apply(params, slice(x, from, count));
      expect(part).toHaveSameBits(whole.slice(10 * from, 10 * (from + count)));
    }
  });

  it('comes back from a safetensors file to the same bits', () => {
    const params = network.init(key('init', 0));
    const restored = paramsFromArrays(decodeSafetensors(encodeSafetensors(paramsToArrays(params))).tensors);
    const x = tensor4d(key('x').uniform(2 * 784), [2, 28, 28, 1]);
    expect(network.apply(restored, x)).toHaveSameBits(network.apply(params, x));
  });
});

/** Bright, noisy images of 8 x 8 with a bar that lies (class 0), stands (1) or leans (2), anywhere, with any contrast. */
function bars(step: number, count = 32) {
  const source = key('bars', step);
  const [y, shift] = [source.child('y').uniform(count, 0, 3), source.child('shift').uniform(count, 0, 8)];
  const contrast = source.child('contrast').uniform(count, 1, 2);
  const pixels = source.child('noise').normal(64 * count, 0.3);
  const labels = Int32Array.from(y);
  for (let at = 0; at < pixels.length; at++) pixels[at] += 2;
  for (let at = 0; at < count; at++) {
    for (let along = 0; along < 8; along++) {
      const place = Math.floor(shift[at]);
      const [row, column] = [
        [place, along],
        [along, place],
        [along, (along + place) % 8],
      ][labels[at]];
      pixels[64 * at + 8 * row + column] += contrast[at];
    }
  }
  return { x: tensor4d(pixels, [count, 8, 8, 1]), y: tensor1d(labels, 'int32') };
}

describe('learning', () => {
  it.each<[string, LayeredNetwork]>([
    ['cnn', cnn({ inputs: [8, 8, 1], filters: [8, 8], sizes: [3, 3], hidden: [], outputs: 3, norm: 'batch' })],
    ['resnet', resnet({ inputs: [8, 8, 1], filters: [8, 16], outputs: 3 })],
  ])('a %s with batch normalization tells bars apart, evaluated by its running statistics', async (_name, network) => {
    const params = network.init(key('init', 0));
    const trained = await fit({
      network,
      params,
      objective: cleanObjective(),
      optimizer: adam({ rate: 0.01 }),
      batches: (step) => bars(step),
      steps: 120,
      key: key('run', 0),
    });
    const test = bars(1000, 200);
    const accuracy = (of: Params) => cleanAccuracy((x) => network.apply(of, x), test);
    expect((await accuracy(trained.params)).value).toBeGreaterThan(0.95);
    const forgotten = {
      ...trained.params,
      ...Object.fromEntries((network.state ?? []).map((name) => [name, params[name]])),
    };
    expect((await accuracy(forgotten)).value).toBeLessThan(0.8);
    disposeState(trained);
  });

  it('keeps no tensor', async () => {
    const network = cnn({ inputs: [8, 8, 1], filters: [2, 4], outputs: 3, norm: 'batch' });
    const params = network.init(key('init', 0));
    await expectNoLeak(async () => {
      const run = { network, params, objective: cleanObjective(), optimizer: adam({ rate: 0.01 }), batches: bars };
      disposeState(await fit({ ...run, steps: 2, key: key('run', 0) }));
    });
    disposeParams(params);
  });
});
