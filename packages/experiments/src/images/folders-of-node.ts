import { InputError } from '@advml/core';
import { cifar10Classes, cifar100Classes } from '@advml/data';
import { cifar10Folder, cifar100Folder, fashionMnist, fashionMnistClasses, idxFolder } from '@advml/data/disk';
import { type LabelledImages, numbered } from './image-sets.ts';
import type { MainSetting } from './main-setting.ts';

/**
 * Reads an image set from its folder, every file checked.
 *
 * Bundlers for pages take `folders-of-page.ts` in its place, by the `browser` condition of the manifest.
 *
 * @param data - Which set, and where.
 * @returns The set.
 * @throws InputError if the folder or a file is missing or damaged, with the way out.
 */
export async function imagesOnDisk({ set, folder, classes }: MainSetting['data']): Promise<LabelledImages> {
  if (set === 'fashion-mnist')
    return { ...(await fashionMnist(folder ?? undefined)), classes: 10, names: fashionMnistClasses };
  if (folder === null) throw new InputError(`data.folder must be told for the set '${set}': the folder with its files`);
  if (set === 'mnist') return { ...(await idxFolder(folder)), classes: 10, names: numbered(10) };
  if (set === 'idx') return { ...(await idxFolder(folder, { classes })), classes, names: numbered(classes) };
  if (set === 'cifar-10') return { ...(await cifar10Folder(folder)), classes: 10, names: cifar10Classes };
  return { ...(await cifar100Folder(folder)), classes: 100, names: cifar100Classes };
}
