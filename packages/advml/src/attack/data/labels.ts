import { InputError } from '@advml/core';
import { floatsOf } from '@advml/core/internal';
import type { SafeTensor } from '@advml/formats';
import { type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';
import { type OnNote, sizeOf } from './raw-examples.ts';

/** The place of the 1 in each row, where all rows hold one 1 and else 0. */
function places(rows: Float32Array, width: number): Float32Array {
  return Float32Array.from({ length: rows.length / width }, (_, at) => {
    const row = rows.subarray(at * width, (at + 1) * width);
    if (row.some((value) => value !== 0 && value !== 1) || row.filter((value) => value === 1).length !== 1)
      throw new InputError(
        `labels must be one class an example, or one-hot rows, got the row [${row}] of example ${at}; of probabilities, take the largest's place first (argmax)`,
      );
    return row.indexOf(1);
  });
}

/** Classes as numbers: as they are, a column as a row, or the place of the 1 in one-hot rows. */
function classesOf(y: SafeTensor, onNote: OnNote): Float32Array {
  const numbers = floatsOf('y', y);
  const [count, ...rest] = y.shape;
  const width = sizeOf(rest);
  if (width === 1) return numbers;
  if (rest.length !== 1)
    throw new InputError(
      `labels must have shape [${count}] or [${count}, 1], the class of each example, got [${y.shape}]`,
    );
  onNote(`labels are [${y.shape}], one-hot: the place of the 1 is taken as the class`);
  return places(numbers, width);
}

/**
 * Labels as a model takes them: classes, or -1 and +1 for a score.
 *
 * @param y - As the file has them, of any type of number.
 * @param score - Whether the model gives scores.
 * @param onNote - Told what was changed.
 * @returns Labels, owned by the caller.
 * @throws InputError if labels are no whole numbers, or not one an example.
 */
export function labelsOf(y: SafeTensor, score: boolean, onNote: OnNote): Tensor1D {
  const labels = classesOf(y, onNote);
  const bad = labels.findIndex((label) => !Number.isInteger(label));
  if (bad >= 0) throw new InputError(`labels must be whole numbers, the classes, got ${labels[bad]} of example ${bad}`);
  if (!score || !labels.includes(0) || labels.some((label) => label !== 0 && label !== 1)) return tensor1d(labels);
  onNote('y holds 0 and 1 for a score: taken as -1 and +1');
  return tensor1d(labels.map((label) => 2 * label - 1));
}
