import type { Conv2DAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { kernel } from '../../src/kernel.ts';
import { type Convolved, convolve } from '../../src/native/convolve.ts';
import { expectClose, type Result, runOn } from '../compare.ts';
import { convolutions, outputShape, type Shape4D } from '../convolutions.ts';
import { type Data, lengths, numbers } from '../random.ts';
import { nativeKernels, type Run, runs, type Variants, variants } from './variants.ts';

let all: Variants;
/** The native convolution alone, in both variants, even where XNNPACK would be faster. */
let both: Run[];
beforeAll(async () => {
  all = await variants();
  both = (await nativeKernels()).map((native) =>
    runs([
      kernel<Convolved & { init?: TensorInfo }, Conv2DAttrs>('convolve', (call) =>
        convolve(call, native, call.inputs, call.attrs, call.inputs.init),
      ),
    ]),
  );
});

/** Rounding of sums of a thousand terms. */
const TOLERANCE = 3e-5;

/** What the kernels of one convolution are given. */
function given(each: Case, { depthwise = false }: { depthwise?: boolean } = {}) {
  const { inputShape, filters, filterHeight, filterWidth, strides, pad, dilations, seed } = each;
  const filterShape: Shape4D = [filterHeight, filterWidth, inputShape[3], depthwise ? 1 + (filters % 3) : filters];
  const shape = outputShape(inputShape, filterShape, strides, pad, { depthwise, dilations });
  return {
    shape,
    x: numbers(seed, inputShape),
    filter: numbers(seed + 1, filterShape),
    dy: numbers(seed + 2, shape ?? []),
    attrs: { strides, pad, dataFormat: 'NHWC', dimRoundingMode: 'floor', dilations, inputShape, filterShape },
  };
}

const cases = fc.tuple(convolutions, fc.tuple(lengths(3), lengths(3))).map(([each, dilations]) => ({
  ...each,
  // Strides and dilations exclude each other.
  dilations: (Math.max(...each.strides) > 1 ? [1, 1] : dilations) as [number, number],
}));
type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

/** Whether XNNPACK and tfjs agree on the number of windows: tfjs takes them for square where the padding is one number. */
const isComposable = ({ filterHeight, filterWidth, strides, dilations, pad }: Case) =>
  typeof pad !== 'number' ||
  (strides[0] === strides[1] && filterHeight === filterWidth && Math.max(...dilations) === 1);

/** More than one block of patches, and products with more than one block of terms. */
const large: Case = {
  inputShape: [3, 21, 19, 37],
  filters: 9,
  filterHeight: 3,
  filterWidth: 3,
  strides: [1, 1],
  dilations: [1, 1],
  pad: 'same',
  seed: 5,
};
const pixels: Case = { ...large, inputShape: [9, 21, 19, 48], filterHeight: 1, filterWidth: 1 };
const examples: [Case][] = [[large], [pixels]];

/** One example of a batch. */
function example({ shape: [, ...rest], values }: Pick<Result, 'shape' | 'values'>, index: number): Data {
  const size = rest.reduce((product, length) => product * length, 1);
  return { shape: [1, ...rest], values: Float32Array.from(values).slice(index * size, (index + 1) * size) };
}

describe('the native convolution', () => {
  it('agrees with the composition and with the cpu backend, in both variants, for all strides, dilations and paddings', () =>
    fc.assert(
      fc.asyncProperty(cases, async (each) => {
        const { shape, x, filter, attrs } = given(each);
        fc.pre(shape !== undefined);
        const expected = await runOn('cpu', 'Conv2D', { x, filter }, attrs);
        if (isComposable(each)) expectClose(all.composed('Conv2D', { x, filter }, attrs)[0], expected, TOLERANCE);
        for (const run of both) expectClose(run('convolve', { x, filter }, attrs)[0], expected, TOLERANCE);
      }),
      { numRuns: 100, examples },
    ));

  it('gives an example the same bits in any batch', () =>
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 0.999, noNaN: true }), (each, place) => {
        const { shape, x, filter, dy, attrs } = given(each);
        fc.pre(shape !== undefined);
        const index = Math.floor(place * each.inputShape[0]);
        const one = { ...attrs, inputShape: [1, ...each.inputShape.slice(1)] };
        const forward = both.map((run): [Run, string] => [run, 'convolve']);
        if (isComposable(each)) forward.push([all.plain, 'Conv2D'], [all.relaxed, 'Conv2D']);
        for (const [run, kernelName] of forward) {
          const [whole] = run(kernelName, { x, filter }, attrs);
          const [alone] = run(kernelName, { x: example(x, index), filter }, attrs);
          expect(alone.values).toEqual(example(whole, index).values);
        }
        fc.pre(Math.max(...each.dilations) === 1);
        for (const run of [all.plain, all.relaxed]) {
          const [whole] = run('Conv2DBackpropInput', { dy, filter }, attrs);
          const [alone] = run('Conv2DBackpropInput', { dy: example(dy, index), filter }, one);
          expect(alone.values).toEqual(example(whole, index).values);
        }
      }),
      { numRuns: 60, examples: examples.map(([each]) => [each, 0.5]) },
    ));

  it('knows batches without examples, and windows that see nothing but padding', () => {
    const filter = numbers(1, [3, 3, 2, 4]);
    const attrs = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1 };
    const pad = [
      [0, 0],
      [5, 5],
      [5, 5],
      [0, 0],
    ];
    for (const run of both) {
      expect(run('convolve', { x: numbers(1, [0, 5, 5, 2]), filter }, attrs)[0].shape).toEqual([0, 5, 5, 4]);
      const [padded] = run('convolve', { x: numbers(1, [1, 1, 1, 2]), filter }, { ...attrs, pad });
      expect(padded.shape).toEqual([1, 9, 9, 4]);
      expect(Array.from(padded.values).slice(0, 36)).toEqual(Array(36).fill(0));
    }
  });
});

describe('gradients of the convolution', () => {
  it('agree with the composition and with the cpu backend, in both variants', () =>
    fc.assert(
      fc.asyncProperty(cases, async (each) => {
        const { shape, x, filter, dy, attrs } = given({ ...each, dilations: [1, 1] });
        fc.pre(shape !== undefined);
        for (const [kernelName, inputs] of [
          ['Conv2DBackpropFilter', { x, dy }],
          ['Conv2DBackpropInput', { dy, filter }],
        ] as const) {
          const expected = await runOn('cpu', kernelName, inputs, attrs);
          for (const run of [all.composed, all.plain, all.relaxed]) {
            expectClose(run(kernelName, inputs, attrs)[0], expected, TOLERANCE);
          }
        }
      }),
      { numRuns: 100, examples },
    ));

  it('are zero without examples', () => {
    const [x, dy, filter] = [numbers(1, [0, 5, 5, 2]), numbers(1, [0, 5, 5, 4]), numbers(1, [3, 3, 2, 4])];
    const attrs = { strides: 1, pad: 'same', dataFormat: 'NHWC', inputShape: x.shape, filterShape: filter.shape };
    for (const run of [all.plain, all.relaxed]) {
      expect(Array.from(run('Conv2DBackpropFilter', { x, dy }, attrs)[0].values)).toEqual(Array(72).fill(0));
      expect(run('Conv2DBackpropInput', { dy, filter }, attrs)[0].shape).toEqual(x.shape);
    }
  });
});

describe('FusedConv2D', () => {
  it('agrees with the composition for every bias and activation', () =>
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'),
        fc.boolean(),
        (each, activation, biased) => {
          // Enough channels to be convolved by the native module.
          const wide = { ...each, filters: 33 };
          const { shape, x, filter, attrs } = given(wide);
          fc.pre(shape !== undefined && isComposable(wide));
          const inputs = {
            ...{ x, filter, bias: biased ? numbers(each.seed + 3, [wide.filters]) : undefined },
            preluActivationWeights: activation === 'prelu' ? numbers(each.seed + 4, [wide.filters]) : undefined,
          };
          const [expected] = all.composed('FusedConv2D', inputs, { ...attrs, activation, leakyreluAlpha: 0.3 });
          for (const run of [all.plain, all.relaxed]) {
            const [result] = run('FusedConv2D', inputs, { ...attrs, activation, leakyreluAlpha: 0.3 });
            expectClose(result, expected, TOLERANCE);
          }
        },
      ),
      { numRuns: 60 },
    ));
});

describe('gradients of the depthwise convolution', () => {
  const wide = fc.tuple(cases, lengths(40)).map(([each, channels]) => ({
    ...each,
    dilations: [1, 1] as [number, number],
    inputShape: [...each.inputShape.slice(0, 3), channels] as Shape4D,
  }));

  it('agree with the composition and with the cpu backend, in both variants', () =>
    fc.assert(
      fc.asyncProperty(wide, async (each) => {
        const { shape, x, filter, dy, attrs } = given(each, { depthwise: true });
        fc.pre(shape !== undefined);
        for (const [kernelName, inputs] of [
          ['DepthwiseConv2dNativeBackpropFilter', { x, dy }],
          ['DepthwiseConv2dNativeBackpropInput', { dy, filter }],
        ] as const) {
          const expected = await runOn('cpu', kernelName, inputs, attrs);
          for (const run of [all.composed, all.plain, all.relaxed]) {
            expectClose(run(kernelName, inputs, attrs)[0], expected, TOLERANCE);
          }
        }
      }),
      { numRuns: 100 },
    ));

  it('give an example the same bits in any batch', () =>
    fc.assert(
      fc.property(wide, fc.double({ min: 0, max: 0.999, noNaN: true }), (each, place) => {
        const { shape, filter, dy, attrs } = given(each, { depthwise: true });
        fc.pre(shape !== undefined);
        const index = Math.floor(place * each.inputShape[0]);
        const one = { ...attrs, inputShape: [1, ...each.inputShape.slice(1)] };
        for (const run of [all.plain, all.relaxed]) {
          const [whole] = run('DepthwiseConv2dNativeBackpropInput', { dy, filter }, attrs);
          const [alone] = run('DepthwiseConv2dNativeBackpropInput', { dy: example(dy, index), filter }, one);
          expect(alone.values).toEqual(example(whole, index).values);
        }
      }),
      { numRuns: 60 },
    ));

  it('are zero without examples', () => {
    const [x, filter] = [numbers(1, [0, 5, 5, 2]), numbers(1, [3, 3, 2, 3])];
    const dy = numbers(1, [0, 5, 5, 6]);
    const attrs = { strides: 1, pad: 'same', dilations: 1, inputShape: x.shape, filterShape: filter.shape };
    for (const run of [all.plain, all.relaxed]) {
      const [gradient] = run('DepthwiseConv2dNativeBackpropFilter', { x, dy }, attrs);
      expect(Array.from(gradient.values)).toEqual(Array(54).fill(0));
      expect(run('DepthwiseConv2dNativeBackpropInput', { dy, filter }, attrs)[0].shape).toEqual(x.shape);
    }
  });
});
