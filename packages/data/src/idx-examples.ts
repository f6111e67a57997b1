import { type Batch, InputError } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import type { ExampleSet } from './example-set.ts';
import type { IdxArray } from './idx.ts';
import { putNumbers } from './put-numbers.ts';
import { requireAsMany, requireClasses, storedExamples } from './stored-examples.ts';

/** What {@link idxExamples} and {@link examplesFromIdx} may be told. */
export interface IdxExamplesOptions {
  /** Number of classes. Default: 10, as in MNIST and Fashion-MNIST. */
  readonly classes?: number;
}

/**
 * Labelled images from a pair of IDX files, as a set that turns bytes into numbers only where examples are taken.
 *
 * Pixels 0..255 become 0..1. Images are [height, width, 1], channels last.
 *
 * @param images - Bytes, [n, height, width].
 * @param labels - Class of each image, [n].
 * @param options - See {@link IdxExamplesOptions}.
 * @returns The images in the order of the files; it keeps both arrays, and no tensors.
 * @throws InputError if the arrays are no images and labels, differ in number, or a label is out of range.
 * @example
 * ```ts
 * const set = idxExamples(readIdx(imageBytes), readIdx(labelBytes));
 * const source = fixedBatches(set, 128, key('train', 0));
 * ```
 */
export function idxExamples(images: IdxArray, labels: IdxArray, options: IdxExamplesOptions = {}): ExampleSet<Batch> {
  requireOptions<IdxExamplesOptions>('idxExamples', options, { classes: true });
  const { classes = 10 } = options;
  if (images.dtype !== 'uint8' || images.shape.length !== 3) {
    throw new InputError(`images must be uint8 [n, height, width], got ${images.dtype} [${images.shape}]`);
  }
  if (labels.dtype !== 'uint8' || labels.shape.length !== 1) {
    throw new InputError(`labels must be uint8 [n], got ${labels.dtype} [${labels.shape}]`);
  }
  const [count, height, width] = images.shape;
  const size = height * width;
  if (images.data.length !== count * size)
    throw new InputError(
      `images of shape [${images.shape}] must have ${count * size} pixels, got ${images.data.length}`,
    );
  requireAsMany(labels.data.length, count);
  requireClasses(labels.data, classes);
  return storedExamples({
    shape: [height, width, 1],
    labels: labels.data,
    put: (index, into) => putNumbers(images.data, index * size, into, 255),
  });
}

/**
 * All labelled images of a pair of IDX files as one batch.
 *
 * For files of tens of thousands of images, {@link idxExamples} needs a quarter of the memory.
 *
 * @param images - Bytes, [n, height, width].
 * @param labels - Class of each image, [n].
 * @param options - See {@link IdxExamplesOptions}.
 * @returns `x` [n, height, width, 1] in [0, 1] and `y` [n] int32, owned by the caller.
 * @throws InputError as {@link idxExamples} does.
 * @example
 * ```ts
 * const { x, y } = examplesFromIdx(readIdx(imageBytes), readIdx(labelBytes));
 * ```
 */
export function examplesFromIdx(images: IdxArray, labels: IdxArray, options?: IdxExamplesOptions): Batch {
  const set = idxExamples(images, labels, options);
  return set.take(set.count);
}
