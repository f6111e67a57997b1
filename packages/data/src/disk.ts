/**
 * Image sets from folders, in Node: Fashion-MNIST from Debian's package, and sets in the files of MNIST and CIFAR.
 *
 * Nothing is ever downloaded.
 *
 * @packageDocumentation
 */

export { cifar10Folder, cifar100Folder } from './disk/cifar-folder.ts';
export {
  fashionMnist,
  fashionMnistClasses,
  fashionMnistPackage,
  findFashionMnist,
  readFashionMnist,
} from './disk/fashion-mnist.ts';
export { type IdxArrays, type IdxFolder, idxFolder, readIdxFolder } from './disk/idx-folder.ts';
export type { ImageSets } from './disk/image-sets.ts';
