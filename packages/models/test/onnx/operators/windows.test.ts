// Convolutions and pooling with random sizes, strides, gaps, padding and groups.
import { useWasm } from '@advml/wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Case, expectSame, spread } from '../same-as-runtime.ts';

beforeAll(() => useWasm());

const runs = (numRuns: number) => ({ seed: 20, numRuns });
const perAxis = (axes: number, arbitrary: fc.Arbitrary<number>) =>
  fc.array(arbitrary, { minLength: axes, maxLength: axes });
const autoPad = fc.constantFrom('NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID');

/** Attributes of windows along some axes; every axis keeps at least one window. */
const windows = (axes: number) =>
  fc.record({
    kernel_shape: perAxis(axes, fc.integer({ min: 1, max: 3 })),
    strides: perAxis(axes, fc.integer({ min: 1, max: 3 })),
    dilations: perAxis(axes, fc.constantFrom(1, 1, 2)),
    pads: perAxis(2 * axes, fc.integer({ min: 0, max: 2 })),
    auto_pad: autoPad,
  });

/** What belongs to `auto_pad` or not; with padding of its own, onnxruntime takes no gaps, and no strides above the size. */
function settled({
  pads,
  auto_pad,
  ...rest
}: {
  pads: number[];
  auto_pad: string;
  strides: number[];
  dilations: number[];
  kernel_shape: number[];
}) {
  if (auto_pad === 'NOTSET') return { ...rest, pads };
  if (auto_pad === 'VALID') return { ...rest, auto_pad };
  const strides = rest.strides.map((stride, axis) => Math.min(stride, rest.kernel_shape[axis]));
  return { ...rest, auto_pad, strides, dilations: strides.map(() => 1) };
}

const grouping = fc.constantFrom(
  { group: 1, channels: 2, filters: 3 },
  { group: 2, channels: 4, filters: 4 },
  { group: 3, channels: 3, filters: 3 },
  { group: 2, channels: 2, filters: 4 },
);

const grouped = { groups: grouping, bias: fc.boolean() };

describe('Conv', () => {
  const convolution = fc
    .integer({ min: 1, max: 2 })
    .chain((axes) =>
      fc.record({ window: windows(axes), lengths: perAxis(axes, fc.integer({ min: 5, max: 7 })), ...grouped }),
    );
  it('of signals and images', async () => {
    await fc.assert(
      fc.asyncProperty(convolution, ({ window, lengths, groups: { group, channels, filters }, bias }) => {
        const weights = spread([filters, channels / group, ...window.kernel_shape], 2, 1);
        const inputs = [spread([2, channels, ...lengths]), weights, ...(bias ? [spread([filters], 4)] : [])];
        return expectSame({ operator: 'Conv', attributes: { ...settled(window), group }, inputs });
      }),
      runs(24),
    );
  });
});

describe('ConvTranspose', () => {
  const transposed = fc.integer({ min: 1, max: 2 }).chain((axes) =>
    fc.record({
      window: windows(axes),
      lengths: perAxis(axes, fc.integer({ min: 3, max: 4 })),
      more: perAxis(axes, fc.integer({ min: 0, max: 1 })),
      ...grouped,
    }),
  );
  it('of signals and images', async () => {
    await fc.assert(
      fc.asyncProperty(transposed, ({ window, lengths, more, groups: { group, channels, filters }, bias }) => {
        const { kernel_shape } = window;
        const pads = window.pads.map((rows, at) => Math.min(rows, kernel_shape[at % kernel_shape.length] - 1));
        const given = settled({ ...window, pads });
        const output_padding = more.map((rows, axis) => Math.min(rows, given.strides[axis] - 1));
        const weights = spread([channels, filters / group, ...kernel_shape], 2, 1);
        const inputs = [spread([2, channels, ...lengths]), weights, ...(bias ? [spread([filters], 4)] : [])];
        return expectSame({ operator: 'ConvTranspose', attributes: { ...given, group, output_padding }, inputs });
      }),
      runs(24),
    );
  });
  it.each(['NOTSET', 'SAME_UPPER', 'SAME_LOWER'])('with an output_shape and %s', (auto_pad) =>
    expectSame({
      operator: 'ConvTranspose',
      attributes: { strides: [2, 2], output_shape: [6, 8], auto_pad, kernel_shape: [3, 3] },
      inputs: [spread([1, 2, 3, 4]), spread([2, 2, 3, 3], 2)],
    }),
  );
});

describe('pooling', () => {
  const pooling = fc.integer({ min: 1, max: 2 }).chain((axes) =>
    fc.record({
      window: windows(axes),
      lengths: perAxis(axes, fc.integer({ min: 5, max: 7 })),
      ceil_mode: fc.integer({ min: 0, max: 1 }),
      count_include_pad: fc.integer({ min: 0, max: 1 }),
    }),
  );
  it.each(['MaxPool', 'AveragePool'])('%s', async (operator) => {
    await fc.assert(
      fc.asyncProperty(pooling, ({ window, lengths, ceil_mode, count_include_pad }) => {
        const { kernel_shape } = window;
        const pads = window.pads.map((rows, at) => Math.min(rows, kernel_shape[at % kernel_shape.length] - 1));
        const attributes = { ...settled({ ...window, pads }), ceil_mode };
        const own: Case['attributes'] = operator === 'AveragePool' ? { ...attributes, count_include_pad } : attributes;
        return expectSame({ operator, attributes: own, opset: 19, inputs: [spread([2, 2, ...lengths])] });
      }),
      runs(20),
    );
  });
  it.each(['MaxPool', 'AveragePool'])('%s rounded up has no window beyond the image', (operator) =>
    expectSame({
      operator,
      attributes: { kernel_shape: [1, 2], strides: [2, 3], ceil_mode: 1, pads: [0, 1, 0, 0] },
      opset: 19,
      inputs: [spread([1, 2, 4, 5])],
    }),
  );
  it.each(['GlobalAveragePool', 'GlobalMaxPool'])('%s', async (operator) => {
    await expectSame({ operator, inputs: [spread([2, 3, 4])] });
    await expectSame({ operator, inputs: [spread([2, 3, 4, 3])] });
  });
  it('refuses padding as wide as a window', async () => {
    const attributes = { kernel_shape: [2, 2], pads: [2, 0, 0, 0] };
    const given = { operator: 'MaxPool', attributes, inputs: [spread([1, 1, 4, 4])] };
    await expect(expectSame(given)).rejects.toThrow();
  });
});
