import { type Batch, InputError } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import type { ExampleSet } from './example-set.ts';
import { putPlanes } from './put-numbers.ts';
import { requireClasses, storedExamples } from './stored-examples.ts';

/** What {@link cifar100Examples} may be told. */
export interface Cifar100Options {
  /** Which of the two labels of an image: `fine` (100 classes, the default) or `coarse` (20 superclasses). */
  readonly labels?: 'fine' | 'coarse';
}

/** Bytes of an image: three planes, red, green and blue, each 32 rows of 32. */
const PIXELS = 3 * 32 * 32;

/**
 * Labelled images from binary files of CIFAR-10, as a set that turns bytes into numbers only where examples are taken.
 *
 * Each record is a label and 3,072 bytes. Pixels 0..255 become 0..1; images are [32, 32, 3], channels last.
 *
 * @param files - Whole files, unpacked, such as `data_batch_1.bin` to `data_batch_5.bin`, in the order wanted.
 * @returns The images in the order of the files; it keeps the files, and no tensors.
 * @throws InputError if there is no file, a file is cut off or empty, or a label is above 9.
 * @example
 * ```ts
 * const test = cifar10Examples([await readFile('cifar-10-batches-bin/test_batch.bin')]);
 * ```
 * @see Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009.
 */
export function cifar10Examples(files: readonly Uint8Array[]): ExampleSet<Batch> {
  return records(files, { name: 'CIFAR-10', labels: 1, at: 0, classes: 10 });
}

/**
 * Labelled images from binary files of CIFAR-100; see {@link cifar10Examples}.
 *
 * Each record is a coarse label, a fine label and 3,072 bytes.
 *
 * @param files - Whole files, unpacked, such as `train.bin`.
 * @param options - See {@link Cifar100Options}.
 * @returns The images in the order of the files; it keeps the files, and no tensors.
 * @throws InputError if there is no file, a file is cut off or empty, or a label of the kind wanted is out of range.
 * @example
 * ```ts
 * const test = cifar100Examples([await readFile('cifar-100-binary/test.bin')], { labels: 'coarse' });
 * ```
 * @see Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009.
 */
export function cifar100Examples(files: readonly Uint8Array[], options: Cifar100Options = {}): ExampleSet<Batch> {
  requireOptions<Cifar100Options>('cifar100Examples', options, { labels: true });
  const { labels = 'fine' } = options;
  if (labels !== 'fine' && labels !== 'coarse')
    throw new InputError(`labels must be 'fine' or 'coarse', got ${labels}`);
  const wanted = labels === 'fine' ? { at: 1, classes: 100 } : { at: 0, classes: 20 };
  return records(files, { name: 'CIFAR-100', labels: 2, ...wanted });
}

interface Layout {
  readonly name: string;
  /** How many labels stand before the pixels. */
  readonly labels: number;
  /** Which of them is wanted. */
  readonly at: number;
  readonly classes: number;
}

function records(files: readonly Uint8Array[], { name, labels, at, classes }: Layout): ExampleSet<Batch> {
  const length = labels + PIXELS;
  if (files.length === 0) throw new InputError(`files must hold at least one file of ${name}, got none`);
  for (const [number, { length: bytes }] of files.entries()) {
    if (bytes === 0 || bytes % length !== 0) {
      throw new InputError(
        `file ${number} of ${name} must have a multiple of ${length} bytes, got ${bytes}; is it unpacked and whole?`,
      );
    }
  }
  const all = files.flatMap((file) =>
    Array.from({ length: file.length / length }, (_, index) => file.subarray(index * length, (index + 1) * length)),
  );
  const classOf = Uint8Array.from(all, (record) => record[at]);
  requireClasses(classOf, classes);
  return storedExamples({
    shape: [32, 32, 3],
    labels: classOf,
    put: (index, into) => putPlanes(all[index], labels, 3, into, 255),
  });
}
