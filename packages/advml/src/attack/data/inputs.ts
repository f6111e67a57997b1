import { InputError } from '@advml/core';
import { floatsOf } from '@advml/core/internal';
import type { SafeTensor } from '@advml/formats';
import { reshape, type Tensor, tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { type Layout, type OnNote, sizeOf } from './raw-examples.ts';

/** Shape of one input as far as it is known: null stands for any length. */
export type InputShape = readonly (number | null)[];

/** How inputs are to be read. */
export interface InputReading {
  /** What every number is divided by: by default 255 for bytes and 1 for all others. */
  readonly divideBy?: number;
  /** How images lie, where the user or the kind of file says it. */
  readonly layout?: Layout;
  /** Shape of one input that the model takes, where it says it. */
  readonly wanted?: InputShape;
}

/** Axes of images as they lie in the other layout, without the batch. */
const TURNED = { nchw: [1, 2, 0], nhwc: [2, 0, 1] } as const;

const turn = (shape: readonly number[], from: Layout): number[] => TURNED[from].map((axis) => shape[axis]);

const fits = (shape: readonly number[], wanted: InputShape): boolean =>
  shape.length === wanted.length && wanted.every((length, axis) => length === null || length === shape[axis]);

/** Shape of one example as it lies: rows are images where --layout says how these lie, of the model's size. */
function lying(own: readonly number[], { layout, wanted }: InputReading): readonly number[] {
  if (own.length !== 1 || !layout) return own;
  if (wanted?.length !== 3 || wanted.includes(null))
    throw new InputError(
      `--layout says how images lie, and x has rows of ${own} numbers, where the model takes no images of a known size: leave it out, or give x the shape of images`,
    );
  const image = wanted as readonly number[];
  const taken = image[0] < image[2] ? 'nchw' : 'nhwc'; // an image has fewer channels than pixels
  if (sizeOf(image) !== own[0]) return own;
  return taken === layout ? image : turn(image, taken);
}

/** In which layout images must be turned from to fit; undefined where they stay as they are. */
function turnedFrom(own: readonly number[], { layout, wanted }: InputReading): Layout | undefined {
  if (own.length !== 3) return undefined;
  if (!wanted) return layout === 'nchw' ? 'nchw' : undefined;
  const candidates = layout ? [layout] : (['nchw', 'nhwc'] as const);
  return fits(own, wanted) ? undefined : candidates.find((from) => fits(turn(own, from), wanted));
}

/** Another shape of the same numbers that the model takes: a channel beside the pixels, or rows for images and images for rows. */
function reshaped(own: readonly number[], wanted: InputShape | undefined): readonly number[] | undefined {
  if (!wanted || fits(own, wanted)) return own;
  const channel = [
    [...own, 1],
    [1, ...own],
  ].find((shape) => fits(shape, wanted));
  if (channel) return channel;
  if (wanted.includes(null)) return wanted.length === 1 ? [sizeOf(own)] : undefined;
  const isFlat = own.length === 1 || wanted.length === 1;
  return isFlat && sizeOf(own) === sizeOf(wanted as readonly number[]) ? (wanted as readonly number[]) : undefined;
}

/** Numbers in single precision, divided by the scale. */
function scaled(x: SafeTensor, divideBy: number | undefined, onNote: OnNote): Float32Array {
  const { dtype } = x;
  const numbers = floatsOf('x', x);
  const scale = divideBy ?? (dtype === 'U8' ? 255 : 1);
  if (dtype === 'U8' && scale < 1)
    throw new InputError(`--scale multiplies, and x is uint8, 0 to 255: say --scale 1/${1 / scale} to divide by that`);
  if (dtype === 'U8' && divideBy === undefined)
    onNote('x is uint8: divided by 255, so that inputs are from 0 to 1; --scale 1 takes the numbers as they are');
  else if (!dtype.startsWith('F') && divideBy === undefined)
    onNote(`x is ${dtype}: the numbers are taken as they are; --scale 1/255 makes 0..255 to 0..1`);
  return scale === 1 ? numbers : numbers.map((value) => value / scale);
}

/**
 * Inputs as a model takes them: float32, in its layout.
 *
 * @param x - As the file has them.
 * @param reading - Scale, layout, and what the model takes.
 * @param onNote - Told what was changed.
 * @returns Inputs, owned by the caller.
 * @throws InputError if a number does not fit float32, the shape is not the model's in any layout, or a layout is told for rows that
 * are no images.
 */
export function inputsOf(x: SafeTensor, reading: InputReading, onNote: OnNote): Tensor {
  const [count, ...axes] = x.shape;
  const { divideBy, layout, wanted } = reading;
  const own = lying(axes, reading);
  if (layout && own.length === 3 && wanted?.length === 3 && fits(own, wanted) && fits(turn(own, layout), wanted))
    onNote(`images of [${own}] fit the model as they lie, and turned too: they are taken as they lie`);
  const from = turnedFrom(own, reading);
  if (from) onNote(`x is [${x.shape}]: images are turned from ${from.toUpperCase()} to what the model takes`);
  const shape = reshaped(from ? turn(own, from) : own, wanted);
  if (!shape)
    throw new InputError(
      `the model takes inputs of shape [${wanted?.map((length) => length ?? 'any')}], and x has [${own}]: is --data of its kind, and in the right --size?`,
    );
  return tidy(() => {
    const images = tensor(scaled(x, divideBy, onNote), [count, ...own]);
    const turned = from ? transpose(images, [0, ...TURNED[from].map((axis) => axis + 1)]) : images;
    return reshape(turned, [count, ...shape]);
  });
}
