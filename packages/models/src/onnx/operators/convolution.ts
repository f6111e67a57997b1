import { InputError } from '@advml/core';
import {
  add,
  concat,
  conv2d,
  depthwiseConv2d,
  reshape,
  slice,
  split,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { perChannel } from '../graph/numbers.ts';
import { type Call, type Operator, onImages } from '../graph/operator.ts';
import type { Value } from '../graph/value.ts';
import { convolvedBack } from './convolution-transpose.ts';
import { dilated, filtersOf } from './filters.ts';
import { asBefore, asImage, explicit, type ImageWindows, imageWindows } from './signals.ts';
import { countsOf, windowsOf } from './windows.ts';

/** One group: all its channels together. */
function dense(x: Tensor4D, filter: Tensor4D, { strides, dilations, ...pads }: ImageWindows): Tensor4D {
  return conv2d(x, filter, strides, explicit(pads), 'NHWC', dilations);
}

/** Each channel on its own. */
function depthwise(x: Tensor4D, filter: Tensor4D, { strides, dilations, ...pads }: ImageWindows): Tensor4D {
  return depthwiseConv2d(x, filter, strides, explicit(pads), 'NHWC', dilations);
}

/** Weights [groups * out, in, height, width] of one group, as filters. */
function filtersOfGroup(weights: Tensor, group: number, groups: number): Tensor4D {
  const out = weights.shape[0] / groups;
  const [, ...rest] = weights.shape;
  return filtersOf(slice(weights, [group * out, ...rest.map(() => 0)], [out, ...rest]));
}

/** Several groups of channels, each with filters of its own. */
function grouped(
  x: Tensor4D,
  groups: number,
  call: Call,
  windows: ImageWindows,
  spread: (filter: Tensor4D) => Tensor4D,
) {
  const parts = split(x, groups, 3).map((part, group) => {
    const filter = call.once(`filter ${group}`, [1], (weights) => spread(filtersOfGroup(weights, group, groups)));
    return dense(part as Tensor4D, filter as Tensor4D, windows);
  });
  return concat(parts, 3);
}

function convolved(x: Tensor, call: Call): Tensor {
  const [filters, perGroup, ...sizes] = (call.inputs[1] as Value).shape;
  const groups = call.attributes.int('group') ?? 1;
  const channels = x.shape[x.rank - 1];
  if (channels !== groups * perGroup || filters % groups !== 0)
    throw new InputError(
      `${call.label} must have weights [filters, channels / ${groups} groups, ...] for ${channels} channels, got [${filters}, ${perGroup}, ${sizes.join(', ')}]`,
    );
  const lengths = x.shape.slice(1, -1);
  const stated = windowsOf(call, sizes, lengths);
  call.room([x.shape[0], ...countsOf(stated, lengths, call), filters]);
  const windows = imageWindows(stated);
  const both = windows.strides.some((stride) => stride > 1) && windows.dilations.some((dilation) => dilation > 1);
  const spread = (filter: Tensor4D) => (both ? dilated(filter, windows.dilations) : filter);
  const placed: ImageWindows = both ? { ...windows, dilations: [1, 1] } : windows;
  const image = asImage(x, call);
  if (groups === 1) return dense(image, call.once('filter', [1], (w) => spread(filtersOf(w))) as Tensor4D, placed);
  if (perGroup > 1) return grouped(image, groups, call, placed, spread);
  /** [height, width, 1, channels * many] to [height, width, channels, many]. */
  const filter = call.once('filter', [1], (w) => {
    const all = spread(filtersOf(w));
    return reshape(all, [all.shape[0], all.shape[1], groups, filters / groups]);
  });
  return depthwise(image, filter as Tensor4D, placed);
}

/** With the constants of the filters, if there are any. */
const withBias = (compute: (x: Tensor, call: Call) => Tensor) => (x: Tensor, call: Call) => {
  const y = asBefore(compute(x, call), x);
  return call.inputs[2] ? add(y, perChannel(call, 2, y.shape[y.rank - 1])) : y;
};

/** Convolutions of signals and images. */
export const convolutions: Readonly<Record<string, Operator>> = {
  Conv: onImages('auto_pad dilations group kernel_shape pads strides', withBias(convolved)),
  ConvTranspose: onImages(
    'auto_pad dilations group kernel_shape output_padding output_shape pads strides',
    withBias(convolvedBack),
  ),
};
