import { InputError } from '@advml/core';
import type { SafeTensor } from '@advml/formats';
import { type Tensor, type Tensor1D, tensor, tensor1d, tidy, transpose } from '@tensorflow/tfjs-core';
import type { FileArrays } from './arrays.ts';
import { floatsOf } from './floats.ts';

/** Names under which files have inputs and labels. */
const PAIRS = [
  ['x', 'y'],
  ['images', 'labels'],
  ['x_test', 'y_test'],
] as const;

/** Inputs and labels as a file has them. */
export interface RawExamples {
  readonly x: SafeTensor;
  readonly y: SafeTensor;
}

/** Told what was done to numbers that were not taken as they are. */
export type OnNote = (note: string) => void;

/**
 * Finds inputs and labels in a file, or the first of them.
 *
 * @param file - Its arrays.
 * @param count - How many examples. Default: all.
 * @returns Both.
 * @throws InputError if there are none, or not as many labels as inputs.
 */
export function findExamples({ path, arrays }: FileArrays, count?: number): RawExamples {
  const pair = PAIRS.find((names) => names.every((name) => name in arrays));
  if (!pair) {
    const wanted = PAIRS.map((names) => names.join(' and ')).join(', or ');
    throw new InputError(`${path} must hold arrays ${wanted}; it holds ${Object.keys(arrays).join(', ') || 'none'}`);
  }
  const [x, y] = pair.map((name) => arrays[name]);
  if (x.shape.length < 2) throw new InputError(`${path}: '${pair[0]}' must have shape [n, ...], got [${x.shape}]`);
  const [n] = x.shape;
  if (y.shape.length === 0 || y.shape[0] !== n || y.shape.slice(1).some((length) => length !== 1))
    throw new InputError(
      `${path}: '${pair[1]}' must have shape [${n}] or [${n}, 1], the class of each example, got [${y.shape}]`,
    );
  const first = Math.min(count ?? n, n);
  return { x: firstOf(x, first), y: firstOf({ ...y, shape: [n] }, first) };
}

function firstOf(array: SafeTensor, count: number): SafeTensor {
  const [n, ...rest] = array.shape;
  const size = n === 0 ? 0 : array.data.length / n;
  return { ...array, shape: [count, ...rest], data: array.data.slice(0, count * size) } as SafeTensor;
}

/** How inputs are to be read. */
export interface InputReading {
  /** What every number is divided by: by default 255 for bytes and 1 for all others. */
  readonly divideBy?: number;
  /** Channels of the images that the network takes, if it takes images. */
  readonly channels?: number;
}

/**
 * Inputs as a network takes them: float32, images [n, height, width, channels].
 *
 * @param x - As the file has them.
 * @param reading - Scale and channels.
 * @param onNote - Told what was changed.
 * @returns Inputs, owned by the caller.
 * @throws InputError if a number does not fit float32.
 */
export function inputsOf(
  { dtype, shape, data }: SafeTensor,
  { divideBy, channels }: InputReading,
  onNote: OnNote,
): Tensor {
  const scale = divideBy ?? (dtype === 'U8' ? 255 : 1);
  const numbers = floatsOf('x', { dtype, shape, data } as SafeTensor);
  if (dtype === 'U8' && divideBy === undefined)
    onNote('x is uint8: divided by 255, so that inputs are from 0 to 1; --divide-by 1 takes the numbers as they are');
  else if (!dtype.startsWith('F') && divideBy === undefined)
    onNote(`x is ${dtype}: the numbers are taken as they are; --divide-by 255 makes 0..255 to 0..1`);
  const scaled = scale === 1 ? numbers : numbers.map((value) => value / scale);
  if (channels === 1 && shape.length === 3) return tensor(scaled, [...shape, 1]);
  if (channels === undefined || shape.length !== 4 || shape[3] === channels || shape[1] !== channels)
    return tensor(scaled, [...shape]);
  onNote(`x is [${shape}]: taken as images with their channels first, [n, channels, height, width]`);
  return tidy(() => transpose(tensor(scaled, [...shape]), [0, 2, 3, 1]));
}

/**
 * Labels as a model takes them: classes, or -1 and +1 for a score.
 *
 * @param y - As the file has them, of any type of number.
 * @param score - Whether the model gives scores.
 * @param onNote - Told what was changed.
 * @returns Labels, owned by the caller.
 * @throws InputError if a label does not fit float32.
 */
export function labelsOf(y: SafeTensor, score: boolean, onNote: OnNote): Tensor1D {
  const numbers = floatsOf('y', y);
  if (!score || !numbers.includes(0) || numbers.some((label) => label !== 0 && label !== 1)) return tensor1d(numbers);
  onNote('y holds 0 and 1 for a score: taken as -1 and +1');
  return tensor1d(numbers.map((label) => 2 * label - 1));
}
