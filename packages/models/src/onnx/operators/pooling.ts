import { InputError } from '@advml/core';
import {
  add,
  avgPool,
  div,
  max,
  maximum,
  maxPool,
  mean,
  ones,
  pad,
  stridedSlice,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { needed, requireOnly } from '../graph/numbers.ts';
import { type Call, type Operator, onImages } from '../graph/operator.ts';
import { asBefore, asImage, explicit, type ImageWindows, imageWindows } from './signals.ts';
import { countsOf, reach, type Stated, type Windows, windowsOf } from './windows.ts';

/** How many windows there are with `ceil_mode`: the last may reach beyond the padding, but must begin before the padding at the end. */
function roundedUp(windows: Windows, lengths: readonly number[], call: Stated): number[] {
  const { strides, before } = windows;
  const wider = { ...windows, after: windows.after.map((rows, axis) => rows + strides[axis] - 1) };
  return countsOf(wider, lengths, call).map((count, axis) =>
    (count - 1) * strides[axis] >= lengths[axis] + before[axis] ? count - 1 : count,
  );
}

/** Windows whose padding at the end is just what the given number of them needs. */
function fitted(windows: Windows, lengths: readonly number[], counts: readonly number[]): Windows {
  const after = counts.map((count, axis) => {
    const end = (count - 1) * windows.strides[axis] + reach(windows.sizes[axis], windows.dilations[axis]);
    return Math.max(0, end - lengths[axis] - windows.before[axis]);
  });
  return { ...windows, after };
}

/** The entries of all windows at one place in them, for each place. */
function taps(x: Tensor4D, windows: ImageWindows, counts: readonly number[]): Tensor[] {
  const { sizes, strides, dilations } = windows;
  const [rows, columns] = sizes.map((size) => Array.from({ length: size }, (_, at) => at));
  const [batch, , , channels] = x.shape;
  return rows.flatMap((row) =>
    columns.map((column) => {
      const [top, left] = [row * dilations[0], column * dilations[1]];
      const [bottom, right] = [top, left].map((start, axis) => start + (counts[axis] - 1) * strides[axis] + 1);
      return stridedSlice(x, [0, top, left, 0], [batch, bottom, right, channels], [1, strides[0], strides[1], 1]);
    }),
  );
}

/** How a kind of pooling reads windows: directly, or tap by tap where they have gaps. */
interface Pooling {
  readonly direct: (x: Tensor4D, windows: ImageWindows) => Tensor;
  readonly byTaps: (x: Tensor4D, windows: ImageWindows, tapsOf: (x: Tensor4D, filler: number) => Tensor[]) => Tensor;
}

const maxima: Pooling = {
  direct: (x, { sizes, strides, ...pads }) => maxPool(x, sizes, strides, explicit(pads)),
  byTaps: (x, _windows, tapsOf) => tapsOf(x, -Infinity).reduce(maximum),
};

/** Means over the entries inside the image. */
const means: Pooling = {
  direct: (x, { sizes, strides, ...pads }) => avgPool(x, sizes, strides, explicit(pads)),
  byTaps: (x, _windows, tapsOf) => {
    const [, height, width] = x.shape;
    const counts = tapsOf(ones([1, height, width, 1]), 0).reduce(add);
    return div(tapsOf(x, 0).reduce(add), counts);
  },
};

/** Pooling with windows whose padding and number are settled. */
function pooled(
  x: Tensor,
  { direct, byTaps }: Pooling,
  windows: Windows,
  counts: readonly number[],
  call: Call,
): Tensor {
  const [image, inTwo] = [asImage(x, call), imageWindows(windows)];
  if (inTwo.dilations.every((dilation) => dilation === 1)) return asBefore(direct(image, inTwo), x);
  const both = counts.length === 1 ? [1, counts[0]] : counts;
  call.room([windows.sizes.reduce((a, b) => a * b), image.shape[0], ...both, image.shape[3]]);
  return asBefore(
    byTaps(image, inTwo, (of, filler) => taps(pad(of, explicit(inTwo), filler), inTwo, both)),
    x,
  );
}

/** The windows that a call of pooling states, and how many there are along each axis. */
function statedPooling(call: Stated, lengths: readonly number[]): { stated: Windows; counts: readonly number[] } {
  const sizes = needed(call.attributes.ints('kernel_shape'), call, 'kernel_shape');
  const stated = windowsOf(call, sizes, lengths);
  if (sizes.some((size, axis) => Math.max(stated.before[axis], stated.after[axis]) >= size))
    throw new InputError(
      `${call.label} must have pads below kernel_shape, ${sizes.join(', ')}: windows need an entry of the image`,
    );
  return { stated, counts: (call.attributes.int('ceil_mode') ? roundedUp : countsOf)(stated, lengths, call) };
}

/**
 * The windows of a max pooling, and how many there are along each axis.
 *
 * @param call - The call.
 * @param lengths - Lengths of the image.
 */
export function maxPoolWindows(call: Stated, lengths: readonly number[]) {
  const { stated, counts } = statedPooling(call, lengths);
  return { windows: fitted(stated, lengths, counts), counts };
}

function pool(x: Tensor, call: Call, kind: Pooling, withPadding: boolean): Tensor {
  const lengths = x.shape.slice(1, -1);
  const { stated, counts } = statedPooling(call, lengths);
  call.room([x.shape[0], ...counts, x.shape[x.rank - 1]]);
  if (!withPadding) return pooled(x, kind, fitted(stated, lengths, counts), counts, call);
  const padded = lengths.map((length, axis) => length + stated.before[axis] + stated.after[axis]);
  call.room([x.shape[0], ...padded, x.shape[x.rank - 1]]);
  const rows = lengths.map((_, axis): [number, number] => [stated.before[axis], stated.after[axis]]);
  const within = { ...stated, before: stated.before.map(() => 0) };
  return pooled(pad(x, [[0, 0], ...rows, [0, 0]]), kind, fitted(within, padded, counts), counts, call);
}

const spatial = (x: Tensor) => x.shape.slice(1, -1).map((_, axis) => axis + 1);

/** Pooling of signals and images. */
export const pooling: Readonly<Record<string, Operator>> = {
  AveragePool: onImages('auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides', (x, call) =>
    pool(x, call, means, call.attributes.int('count_include_pad') === 1),
  ),
  GlobalAveragePool: onImages('', (x) => mean(x, spatial(x), true)),
  GlobalMaxPool: onImages('', (x) => max(x, spatial(x), true)),
  MaxPool: onImages('auto_pad ceil_mode dilations kernel_shape pads storage_order strides', (x, call) => {
    requireOnly(call, 'storage_order', call.attributes.int('storage_order'), 0);
    return pool(x, call, maxima, false);
  }),
};
