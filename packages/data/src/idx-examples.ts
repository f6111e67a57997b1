import { type Batch, InputError, requireInteger } from '@advml/core';
import { tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { requireIndices } from './data-model.ts';
import type { ExampleSet } from './example-set.ts';
import type { IdxArray } from './idx.ts';

/** What {@link idxExamples} and {@link examplesFromIdx} may be told. */
export interface IdxExamplesOptions {
  /** Number of classes; 10 unless told, as in MNIST and Fashion-MNIST. */
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
export function idxExamples(
  images: IdxArray,
  labels: IdxArray,
  { classes = 10 }: IdxExamplesOptions = {},
): ExampleSet<Batch> {
  requireInteger({ classes }, 2);
  if (images.dtype !== 'uint8' || images.shape.length !== 3) {
    throw new InputError(`images must be uint8 [n, height, width], got ${images.dtype} [${images.shape}]`);
  }
  if (labels.dtype !== 'uint8' || labels.shape.length !== 1) {
    throw new InputError(`labels must be uint8 [n], got ${labels.dtype} [${labels.shape}]`);
  }
  const [count, height, width] = images.shape;
  if (labels.shape[0] !== count) {
    throw new InputError(
      `labels must be ${count}, one an image, got ${labels.shape[0]}; are the files of the same set?`,
    );
  }
  const bad = labels.data.findIndex((label) => label >= classes);
  if (bad >= 0)
    throw new InputError(`labels must be below classes = ${classes}, got ${labels.data[bad]} for image ${bad}`);

  const size = height * width;
  return Object.freeze<ExampleSet<Batch>>({
    count,
    take(indices) {
      const wanted = requireIndices(indices, count);
      const pixels = new Float32Array(wanted.length * size);
      for (const [at, index] of wanted.entries()) {
        for (let p = 0; p < size; p++) pixels[at * size + p] = images.data[index * size + p] / 255;
      }
      const classOf = Int32Array.from(wanted, (index) => labels.data[index]);
      return { x: tensor4d(pixels, [wanted.length, height, width, 1]), y: tensor1d(classOf, 'int32') };
    },
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
