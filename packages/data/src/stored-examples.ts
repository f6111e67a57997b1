import { type Batch, InputError } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import { tensor, tensor1d } from '@tensorflow/tfjs-core';
import { requireIndices } from './data-model.ts';
import type { ExampleSet } from './example-set.ts';

/** Labelled inputs in the form of some file. */
export interface Stored {
  /** Shape of one input, without the batch axis. */
  readonly shape: readonly number[];
  /** Class of each example, checked. */
  readonly labels: ArrayLike<number>;
  /** Writes the numbers of one input. */
  readonly put: (index: number, into: Float32Array) => void;
}

/** A set of examples that stay as they are stored and become numbers only where they are taken. */
export function storedExamples({ shape, labels, put }: Stored): ExampleSet<Batch> {
  const count = labels.length;
  const size = shape.reduce((product, length) => product * length, 1);
  return Object.freeze<ExampleSet<Batch>>({
    count,
    take(indices) {
      const wanted = requireIndices(indices, count);
      const numbers = new Float32Array(wanted.length * size);
      for (const [at, index] of wanted.entries()) put(index, numbers.subarray(at * size, (at + 1) * size));
      const classes = Int32Array.from(wanted, (index) => labels[index]);
      return { x: tensor(numbers, [wanted.length, ...shape]), y: tensor1d(classes, 'int32') };
    },
  });
}

/** Refuses labels that are no class: not an integer from 0 to `classes - 1`. */
export function requireClasses(labels: ArrayLike<number>, classes: number): void {
  requireInteger({ classes }, 2);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at];
    if (!Number.isInteger(label) || label < 0) {
      throw new InputError(`labels must be integers >= 0, got ${label} for image ${at}`);
    }
    if (label >= classes) {
      throw new InputError(`labels must be below classes = ${classes}, got ${label} for image ${at}`);
    }
  }
}

/** Refuses labels that are not one an image. */
export function requireAsMany(labels: number, images: number): void {
  if (labels !== images) {
    throw new InputError(`labels must be ${images}, one an image, got ${labels}; are the files of the same set?`);
  }
}
