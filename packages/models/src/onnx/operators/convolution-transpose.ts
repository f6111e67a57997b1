import { InputError } from '@advml/core';
import { concat, conv2dTranspose, pad, slice, split, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { requireOnly } from '../graph/numbers.ts';
import type { Call } from '../graph/operator.ts';
import type { Value } from '../graph/value.ts';
import { dilated, filtersOf } from './filters.ts';
import { asImage, type ImageWindows, imageWindows } from './signals.ts';
import { onePerAxis, reach, shared, statedWindows, type Windows } from './windows.ts';

/** Which part of the whole result of a transposed convolution is kept, along one axis. */
interface Part {
  /** Rows that are cut off in front. */
  readonly start: number;
  /** Rows that are kept; beyond the whole result they are zero. */
  readonly length: number;
}

/** Rows of the whole result along each axis. */
const wholeLengths = ({ sizes, strides, dilations }: Windows, lengths: readonly number[]) =>
  lengths.map((length, axis) => (length - 1) * strides[axis] + reach(sizes[axis], dilations[axis]));

/** The parts that padding, `auto_pad`, `output_padding` and `output_shape` leave. */
function partsOf(call: Call, windows: Windows, lengths: readonly number[]): Part[] {
  const count = lengths.length;
  const more = onePerAxis(call, 'output_padding', count, 0, 0);
  const mode = call.attributes.text('auto_pad') ?? 'NOTSET';
  if (!['NOTSET', 'VALID', 'SAME_UPPER'].includes(mode)) requireOnly(call, 'auto_pad', mode, 'SAME_LOWER');
  const stated = call.attributes.ints('output_shape') && onePerAxis(call, 'output_shape', count, 1, 1);
  return wholeLengths(windows, lengths).map((whole, axis) => {
    const full = whole + more[axis];
    const wanted = stated?.[axis] ?? (mode.startsWith('SAME') ? lengths[axis] * windows.strides[axis] : undefined);
    const [start, end] =
      wanted !== undefined
        ? shared(Math.max(full - wanted, 0), mode !== 'SAME_UPPER')
        : mode === 'VALID'
          ? [0, 0]
          : [windows.before[axis], windows.after[axis]];
    const length = stated?.[axis] ?? full - start - end;
    if (length < 0 || start > whole)
      throw new InputError(`${call.label} must leave lengths >= 0, got ${full} - ${start} - ${end}`);
    return { start, length };
  });
}

/** Cuts the parts out of the whole result, and puts zeros where they reach beyond it. */
function cut(whole: Tensor4D, parts: readonly Part[]): Tensor {
  const ends = parts.map(({ start, length }, axis) => Math.min(length, whole.shape[axis + 1] - start));
  const inside = slice(
    whole,
    [0, parts[0].start, parts[1].start, 0],
    [whole.shape[0], ends[0], ends[1], whole.shape[3]],
  );
  const missing = parts.map(({ length }, axis) => length - ends[axis]);
  if (missing.every((rows) => rows === 0)) return inside;
  return pad(inside, [
    [0, 0],
    [0, missing[0]],
    [0, missing[1]],
    [0, 0],
  ]);
}

/** One group: all its channels together, the whole result. */
function whole(x: Tensor4D, filter: Tensor4D, { strides }: ImageWindows): Tensor4D {
  const [batch, height, width] = x.shape;
  const [high, wide, out] = filter.shape;
  const shape: [number, number, number, number] = [
    batch,
    (height - 1) * strides[0] + high,
    (width - 1) * strides[1] + wide,
    out,
  ];
  return conv2dTranspose(x, filter, shape, strides, 'valid');
}

/**
 * A transposed convolution without its bias.
 *
 * @param x - Signals or images with channels last.
 * @param call - The call; its weights are [channels, filters / groups, ...sizes].
 * @returns An image.
 */
export function convolvedBack(x: Tensor, call: Call): Tensor {
  const [channels, perGroup, ...sizes] = (call.inputs[1] as Value).shape;
  const groups = call.attributes.int('group') ?? 1;
  if (channels !== x.shape[x.rank - 1] || !(groups >= 1) || channels % groups !== 0)
    throw new InputError(
      `${call.label} must have weights of ${x.shape[x.rank - 1]} channels in ${groups} groups, got ${channels} channels`,
    );
  const lengths = x.shape.slice(1, -1);
  const stated = statedWindows(call, sizes);
  const parts = partsOf(call, stated, lengths);
  call.room([x.shape[0], ...wholeLengths(stated, lengths), perGroup * groups]);
  call.room([x.shape[0], ...parts.map(({ length }) => length), perGroup * groups]);
  const windows = imageWindows(stated);
  const results = split(asImage(x, call), groups, 3).map((part, group) => {
    const filter = call.once(`filter ${group}`, [1], (weights) => {
      const [, ...rest] = weights.shape;
      const own = slice(weights, [(group * channels) / groups, ...rest.map(() => 0)], [channels / groups, ...rest]);
      return dilated(filtersOf(own), windows.dilations);
    });
    return whole(part as Tensor4D, filter as Tensor4D, windows);
  });
  const all = concat(results, 3);
  return cut(all, parts.length === 1 ? [{ start: 0, length: 1 }, parts[0]] : parts);
}
