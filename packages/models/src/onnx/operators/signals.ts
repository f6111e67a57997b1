import { InputError } from '@advml/core';
import { type backend_util, reshape, squeeze, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Call } from '../graph/operator.ts';
import type { Windows } from './windows.ts';

// Signals, [batch, length, channels], are images with one row.

/** A signal or image as an image, [batch, height, width, channels]. */
export function asImage(x: Tensor, { label }: Call): Tensor4D {
  if (x.rank !== 3 && x.rank !== 4)
    throw new InputError(`${label} must have signals or images, with 3 or 4 axes, got ${x.rank}`);
  const [batch, length, channels] = x.shape as number[];
  return (x.rank === 3 ? reshape(x, [batch, 1, length, channels]) : x) as Tensor4D;
}

/** An image as what it was before: with three axes if `like` has three. */
export const asBefore = (y: Tensor, like: Tensor) => (like.rank === 3 ? squeeze(y, [1]) : y);

const two = (values: readonly number[], filler: number): [number, number] =>
  values.length === 1 ? [filler, values[0]] : [values[0], values[1]];

/** Windows of an image, along height and width. */
export const imageWindows = ({ sizes, strides, dilations, before, after }: Windows) => ({
  sizes: two(sizes, 1),
  strides: two(strides, 1),
  dilations: two(dilations, 1),
  before: two(before, 0),
  after: two(after, 0),
});

/** Windows with one number for height and one for width. */
export type ImageWindows = ReturnType<typeof imageWindows>;

/** Padding as tfjs takes it. */
export const explicit = ({ before, after }: Pick<ImageWindows, 'before' | 'after'>): backend_util.ExplicitPadding => [
  [0, 0],
  [before[0], after[0]],
  [before[1], after[1]],
  [0, 0],
];
