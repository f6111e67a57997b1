/** A checksum in hexadecimal digits. */
export interface Checksum {
  readonly algorithm: 'md5' | 'sha1';
  readonly digits: string;
}

/** An image set in the files of its authors. */
export interface PublishedSet {
  /** What people call it. */
  readonly title: string;
  /** The archive that holds all files. Default: there is none. */
  readonly archive?: Checksum;
  /** Each file, under every name that it may have. */
  readonly files: readonly Readonly<Record<string, Checksum>>[];
}

const md5 = (digits: string): Checksum => ({ algorithm: 'md5', digits });
const sha1 = (digits: string): Checksum => ({ algorithm: 'sha1', digits });

/** A file of MNIST, as it is and packed. */
const idx = (name: string, plain: string, packed: string) => ({ [name]: md5(plain), [`${name}.gz`]: md5(packed) });

/**
 * Image sets and published checksums of their files: of the archives of CIFAR on the page of the authors
 * (https://www.cs.toronto.edu/~kriz/cifar.html), of the files in them in Apache MXNet (gluon/data/vision/datasets.py), of MNIST in
 * torchvision (datasets/mnist.py), and of its files once unpacked in many a script.
 */
export const publishedSets: Readonly<Record<'mnist' | 'cifar-10' | 'cifar-100', PublishedSet>> = {
  mnist: {
    title: 'MNIST',
    files: [
      idx('train-images-idx3-ubyte', '6bbc9ace898e44ae57da46a324031adb', 'f68b3c2dcbeaaa9fbdd348bbdeb94873'),
      idx('train-labels-idx1-ubyte', 'a25bea736e30d166cdddb491f175f624', 'd53e105ee54ea40749a09fcbcd1e9432'),
      idx('t10k-images-idx3-ubyte', '2646ac647ad5339dbf082846283269ea', '9fb629c4189551a2d022fa330f9573f3'),
      idx('t10k-labels-idx1-ubyte', '27ae3e4e09519cfbb04c329615203637', 'ec29112dd5afa0611ce80d1b7f02629c'),
    ],
  },
  'cifar-10': {
    title: 'CIFAR-10',
    archive: md5('c32a1d4ab5d03f1284b67883e8d87530'),
    files: [
      { 'data_batch_1.bin': sha1('aadd24acce27caa71bf4b10992e9e7b2d74c2540') },
      { 'data_batch_2.bin': sha1('c0ba65cce70568cd57b4e03e9ac8d2a5367c1795') },
      { 'data_batch_3.bin': sha1('1dd00a74ab1d17a6e7d73e185b69dbf31242f295') },
      { 'data_batch_4.bin': sha1('aab85764eb3584312d3c7f65fd2fd016e36a258e') },
      { 'data_batch_5.bin': sha1('26e2849e66a845b7f1e4614ae70f4889ae604628') },
      { 'test_batch.bin': sha1('67eb016db431130d61cd03c7ad570b013799c88c') },
    ],
  },
  'cifar-100': {
    title: 'CIFAR-100',
    archive: md5('03b5dce01913d631647c71ecec9e9cb8'),
    files: [
      { 'train.bin': sha1('e207cd2e05b73b1393c74c7f5e7bea451d63e08e') },
      { 'test.bin': sha1('8fb6623e830365ff53cf14adec797474f5478006') },
    ],
  },
};

/** A set whose published files are known. */
export type PublishedName = keyof typeof publishedSets;
