import { existsSync } from 'node:fs';
import { InputError } from '@advml/core';
import { type IdxArrays, type IdxFolder, readIdxFolder, setsOf } from './idx-folder.ts';
import type { ImageSets } from './image-sets.ts';

/** What the ten classes show, from class 0 on. */
export const fashionMnistClasses = Object.freeze([
  'T-shirt/top',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
] as const);

/** Debian's package of Fashion-MNIST: its name, and where it puts the files. */
export const fashionMnistPackage = Object.freeze({
  /** What `apt-get install` takes. */
  name: 'dataset-fashion-mnist',
  /** The folder with the four IDX files. */
  folder: '/usr/share/datasets/fashion-mnist',
} as const);

/**
 * Says where Fashion-MNIST is: in the folder that is given, else where Debian's package puts it.
 *
 * @param from - A folder with the four IDX files.
 * @returns The folder. Its files were not looked at.
 * @throws InputError that says how to install the set, if the folder does not exist.
 * @example
 * ```ts
 * findFashionMnist(); // '/usr/share/datasets/fashion-mnist' on a Debian system with dataset-fashion-mnist
 * ```
 */
export function findFashionMnist(from?: string): string {
  const folder = from ?? fashionMnistPackage.folder;
  if (existsSync(folder)) return folder;
  throw new InputError(
    from === undefined
      ? `Fashion-MNIST is not in ${folder}: as root, apt-get install ${fashionMnistPackage.name}, or name a folder with its four IDX files`
      : `there is no folder ${folder}; name one with the four IDX files of Fashion-MNIST`,
  );
}

/**
 * Reads the arrays of Fashion-MNIST and checks their types and shapes.
 *
 * @param from - A folder with the four IDX files. Default: that of Debian's package.
 * @returns 60,000 images to train on and 10,000 to test, 28 x 28 bytes each, and their labels.
 * @throws InputError if the set is not there, a file is damaged, or an array is of another type or shape.
 * @example
 * ```ts
 * const { train } = await readFashionMnist();
 * train.labels.data[0]; // 9, an ankle boot
 * ```
 */
export async function readFashionMnist(from?: string): Promise<IdxFolder> {
  const found = await readIdxFolder(findFashionMnist(from));
  for (const [part, count] of [
    ['train', 60000],
    ['test', 10000],
  ] as const) {
    requireArrays(`${part} of ${found.folder}`, found[part], count);
  }
  return found;
}

function requireArrays(name: string, { images, labels }: IdxArrays, count: number): void {
  const found = `${images.dtype} [${images.shape}] and ${labels.dtype} [${labels.shape}]`;
  const expected = `uint8 [${count},28,28] and uint8 [${count}]`;
  if (found !== expected) {
    throw new InputError(`images and labels of Fashion-MNIST must be ${expected}, ${name} has ${found}`);
  }
}

/**
 * Fashion-MNIST: 70,000 small pictures of clothes in ten classes, licensed MIT.
 *
 * Debian has it as the package `dataset-fashion-mnist`. Nothing is downloaded here.
 *
 * @param from - A folder with the four IDX files. Default: that of Debian's package.
 * @returns 60,000 images to train on and 10,000 to test, [28, 28, 1] in [0, 1]; it keeps 55 MB of bytes and no tensors.
 * @throws InputError as {@link readFashionMnist} does, and if a label is above 9.
 * @example
 * ```ts
 * const { train, test } = await fashionMnist();
 * const source = fixedBatches(train, 128, key('train', 0), { augment: shift({ pixels: 2 }) });
 * ```
 * @see Xiao, Rasul, Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms, 2017
 * (arXiv:1708.07747).
 */
export async function fashionMnist(from?: string): Promise<ImageSets> {
  return setsOf(await readFashionMnist(from));
}
