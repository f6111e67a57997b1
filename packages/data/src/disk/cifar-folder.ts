import { type Cifar100Options, cifar10Examples, cifar100Examples } from '../cifar.ts';
import { filesAt } from './folder-or-archive.ts';
import type { ImageSets } from './image-sets.ts';
import { withPath } from './read-bytes.ts';

/**
 * The image sets of `cifar-10-binary.tar.gz`, or of the folder `cifar-10-batches-bin` that it unpacks to.
 *
 * @param folder - Path of the archive, or of the folder with `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`.
 * @returns Images [32, 32, 3] in [0, 1] and their classes.
 * @throws InputError if a file is missing or damaged.
 * @example
 * ```ts
 * const { train, test } = await cifar10Folder('data/cifar-10-batches-bin');
 * ```
 * @see `cifar10Classes` for what the classes show.
 */
export async function cifar10Folder(folder: string): Promise<ImageSets> {
  const read = await filesAt(folder);
  const batches = await Promise.all([1, 2, 3, 4, 5].map((number) => read(`data_batch_${number}.bin`)));
  const last = await read('test_batch.bin');
  return withPath(folder, () => ({ train: cifar10Examples(batches), test: cifar10Examples([last]) }));
}

/**
 * The image sets of `cifar-100-binary.tar.gz`, or of the folder `cifar-100-binary` that it unpacks to.
 *
 * @param folder - Path of the archive, or of the folder with `train.bin` and `test.bin`.
 * @param options - Which labels.
 * @returns Images [32, 32, 3] in [0, 1] and their classes.
 * @throws InputError if a file is missing or damaged.
 * @example
 * ```ts
 * const { train, test } = await cifar100Folder('data/cifar-100-binary', { labels: 'coarse' });
 * ```
 * @see `cifar100Classes` for what the fine labels say.
 */
export async function cifar100Folder(folder: string, options?: Cifar100Options): Promise<ImageSets> {
  const [train, test] = await Promise.all(['train.bin', 'test.bin'].map(await filesAt(folder)));
  return withPath(folder, () => ({
    train: cifar100Examples([train], options),
    test: cifar100Examples([test], options),
  }));
}
