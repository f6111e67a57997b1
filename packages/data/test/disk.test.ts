import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError, key } from '@advml/core';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { mean } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  cifar10Folder,
  cifar100Folder,
  fashionMnist,
  fashionMnistClasses,
  fashionMnistPackage,
  findFashionMnist,
  idxFolder,
  readFashionMnist,
} from '../src/disk.ts';
import { balancedSplit, labelsOf } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

/** A folder with some files, gone after the test. */
function folderOf(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'advml-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

const idx = (shape: number[], ...entries: number[]) =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, 0, length]), ...entries]);

const small = {
  'train-images-idx3-ubyte': idx([2, 1, 1], 0, 255),
  'train-labels-idx1-ubyte.gz': gzipSync(idx([2], 3, 9)),
  't10k-images-idx3-ubyte.gz': gzipSync(idx([1, 1, 1], 51)),
  't10k-labels-idx1-ubyte': idx([1], 7),
};

describe('idxFolder', () => {
  it('reads plain and packed files', async () => {
    const { train, test } = await idxFolder(folderOf(small));
    expect(train.take(2).x).toBeAllClose([0, 1]);
    expect(labelsOf(train)).toEqual([3, 9]);
    expect(test.take(1).x).toBeAllClose([0.2]);
    expect(labelsOf(test)).toEqual([7]);
  });

  it.each([
    [{}, /must hold train-images-idx3-ubyte or train-images-idx3-ubyte.gz, it has neither/],
    [{ ...small, 't10k-labels-idx1-ubyte': idx([1]) }, /t10k-labels-idx1-ubyte: an IDX file of uint8 with shape \[1\]/],
    [{ ...small, 't10k-labels-idx1-ubyte': idx([2], 0, 1) }, /advml-data-\w+: labels must be 1, one an image, got 2/],
    [{ ...small, 't10k-labels-idx1-ubyte': idx([1], 10) }, /labels must be below classes = 10, got 10/],
  ])('refuses a folder that does not fit: %#', async (files: Record<string, Uint8Array>, message) => {
    const outcome = idxFolder(folderOf(files));
    await expect(outcome).rejects.toThrow(InputError);
    await expect(outcome).rejects.toThrow(message);
  });

  it('refuses a folder that is not there', async () => {
    await expect(idxFolder('/no/such/folder')).rejects.toThrow(/cannot read the folder \/no\/such\/folder: ENOENT/);
  });
});

describe('folders of CIFAR', () => {
  const file = (...labels: number[]) => Uint8Array.from([...labels, ...new Uint8Array(3072)]);

  it('reads all batches of CIFAR-10, in their order', async () => {
    const batches = Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`data_batch_${number}.bin`, file(number)]));
    const { train, test } = await cifar10Folder(folderOf({ ...batches, 'test_batch.bin': file(9) }));
    expect(labelsOf(train)).toEqual([1, 2, 3, 4, 5]);
    expect(labelsOf(test)).toEqual([9]);
    await expect(cifar10Folder(folderOf(batches))).rejects.toThrow(/cannot read .*test_batch.bin: ENOENT/);
  });

  it('reads CIFAR-100 with either label', async () => {
    const folder = folderOf({ 'train.bin': file(19, 99), 'test.bin': file(2, 30) });
    expect(labelsOf((await cifar100Folder(folder)).train)).toEqual([99]);
    expect(labelsOf((await cifar100Folder(folder, { labels: 'coarse' })).test)).toEqual([2]);
    const cut = folderOf({ 'train.bin': file(19), 'test.bin': file(2, 30) });
    await expect(cifar100Folder(cut)).rejects.toThrow(/advml-data-\w+: file 0 of CIFAR-100 must have a multiple/);
  });
});

describe('Fashion-MNIST', () => {
  it('says where it is, or what to do', () => {
    const folder = folderOf({});
    expect(findFashionMnist(folder)).toBe(folder);
    expect(() => findFashionMnist(join(folder, 'none'))).toThrow(/there is no folder .*none; name one with the four/);
    if (existsSync(fashionMnistPackage.folder)) expect(findFashionMnist()).toBe(fashionMnistPackage.folder);
    else expect(() => findFashionMnist()).toThrow(/as root, apt-get install dataset-fashion-mnist, or name a folder/);
  });

  it('refuses another set in its place', async () => {
    await expect(readFashionMnist(folderOf(small))).rejects.toThrow(
      /must be uint8 \[60000,28,28\] and uint8 \[60000\], train of .* has uint8 \[2,1,1\] and uint8 \[2\]/,
    );
  });
});

describe.skipIf(!existsSync(fashionMnistPackage.folder))('the installed Fashion-MNIST', () => {
  it('has as many images of each class, of the size and the brightness that are published', async () => {
    const { train, test } = await fashionMnist();
    for (const [set, each] of [
      [train, 6000],
      [test, 1000],
    ] as const) {
      expect(set.count).toBe(10 * each);
      const labels = labelsOf(set);
      for (const label of fashionMnistClasses.keys()) {
        expect(labels.filter((other) => other === label)).toHaveLength(each);
      }
    }
    const first = train.take(10);
    expect(first.x.shape).toEqual([10, 28, 28, 1]);
    expect(numbersOf(first.y)).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    // The mean by which Fashion-MNIST is commonly standardized, 0.2860.
    const { validation } = balancedSplit(train, 1000, key('mean', 0));
    expect(mean(validation.take(10000).x).dataSync()[0]).toBeCloseTo(0.286, 2);
  });
});
