import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@advml/core';
import type { IdxArray } from '../idx.ts';
import { type IdxExamplesOptions, idxExamples } from '../idx-examples.ts';
import { readIdxFile } from '../idx-file.ts';
import type { ImageSets } from './image-sets.ts';
import { readBytes, withPath } from './read-bytes.ts';

/** Images and their labels, as two IDX files hold them. */
export interface IdxArrays {
  /** Usually bytes, [n, height, width]. */
  readonly images: IdxArray;
  /** Class of each image, [n]. */
  readonly labels: IdxArray;
}

/** The four arrays of a folder in the form of MNIST. */
export interface IdxFolder {
  /** The folder. */
  readonly folder: string;
  /** What the `train-` files hold. */
  readonly train: IdxArrays;
  /** What the `t10k-` files hold. */
  readonly test: IdxArrays;
}

/**
 * Reads a folder in the form of MNIST: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, and the same with `t10k`.
 *
 * Each file may be plain or have the ending `.gz`; where there are both, the plain one is read.
 *
 * @param folder - Path of the folder.
 * @returns The four arrays.
 * @throws InputError if the folder or a file is missing, or a file is damaged; it names the path.
 * @example
 * ```ts
 * const { train } = await readIdxFolder('data/mnist');
 * train.images.shape; // [60000, 28, 28]
 * ```
 */
export async function readIdxFolder(folder: string): Promise<IdxFolder> {
  const names = await readdir(folder).catch((error: Error) => {
    throw new InputError(`cannot read the folder ${folder}: ${error.message}`, { cause: error });
  });
  const read = async (name: string) => {
    const present = [name, `${name}.gz`].find((candidate) => names.includes(candidate));
    if (!present) throw new InputError(`${folder} must hold ${name} or ${name}.gz, it has neither`);
    const path = join(folder, present);
    const bytes = await readBytes(path);
    return withPath(path, () => readIdxFile(bytes));
  };
  const part = async (name: string) => ({
    images: await read(`${name}-images-idx3-ubyte`),
    labels: await read(`${name}-labels-idx1-ubyte`),
  });
  return { folder, train: await part('train'), test: await part('t10k') };
}

/**
 * The image sets of a folder in the form of MNIST; see {@link readIdxFolder} for its files.
 *
 * @param folder - Path of the folder, such as one with MNIST or KMNIST.
 * @param options - Number of classes. Default: 10.
 * @returns Images [height, width, 1] in [0, 1] and their classes.
 * @throws InputError if a file is missing or damaged, images and labels do not fit, or a label is out of range.
 * @example
 * ```ts
 * const { train, test } = await idxFolder('data/mnist');
 * ```
 */
export async function idxFolder(folder: string, options?: IdxExamplesOptions): Promise<ImageSets> {
  return setsOf(await readIdxFolder(folder), options);
}

/** Four arrays as two sets. */
export async function setsOf({ folder, train, test }: IdxFolder, options?: IdxExamplesOptions): Promise<ImageSets> {
  const set = ({ images, labels }: IdxArrays) => withPath(folder, () => idxExamples(images, labels, options));
  return { train: await set(train), test: await set(test) };
}
