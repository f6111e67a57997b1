import { pad, reshape, slice, type Tensor, type Tensor4D, transpose } from '@tensorflow/tfjs-core';
import { reach } from './windows.ts';

/**
 * Weights of ONNX, [out, in, height, width] or [out, in, length], as filters of images.
 *
 * @returns [height, width, in, out].
 */
export function filtersOf(weights: Tensor): Tensor4D {
  const [out, within, ...sizes] = weights.shape;
  const image = sizes.length === 1 ? reshape(weights, [out, within, 1, sizes[0]]) : weights;
  return transpose(image, [2, 3, 1, 0]) as Tensor4D;
}

/** One axis of filters with zeros between its entries. */
function spread(filter: Tensor, axis: number, dilation: number): Tensor {
  const { shape } = filter;
  const lengths = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
  const paddings = lengths.map((_, at): [number, number] => [0, at === axis + 1 ? dilation - 1 : 0]);
  const joined = reshape(
    pad(reshape(filter, lengths), paddings),
    shape.map((length, at) => (at === axis ? length * dilation : length)),
  );
  return slice(
    joined,
    shape.map(() => 0),
    shape.map((length, at) => (at === axis ? reach(length, dilation) : length)),
  );
}

/**
 * Filters whose entries stand apart, with zeros between them: they do without dilations, which tfjs has not together with strides.
 *
 * @param filter - [height, width, in, out].
 * @param dilations - Pixels from one entry to the next, along height and width.
 */
export function dilated(filter: Tensor4D, dilations: readonly [number, number]): Tensor4D {
  return dilations.reduce<Tensor>(
    (all, dilation, axis) => (dilation === 1 ? all : spread(all, axis, dilation)),
    filter,
  ) as Tensor4D;
}
