import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '@advml/core';
import { fashionMnistPackage } from '@advml/data/disk';
import { useWasm } from '@advml/wasm';
import { describe, expect, it } from 'vitest';
import { checkFiles } from '../src/data/check-files.ts';
import { type Installer, installPackage, thisProcess } from '../src/data/install.ts';
import { publishedSets } from '../src/data/published-files.ts';
import { advml, temporaryFolder } from './child.ts';

/** A set of the right shape: as many images of each class, all black. */
function blankSet(): string {
  const folder = temporaryFolder();
  for (const [part, count] of [
    ['train', 60000],
    ['t10k', 10000],
  ] as const) {
    const length = [0, 0, count >> 8, count & 255];
    const images = Buffer.concat([
      Buffer.from([0, 0, 8, 3, ...length, 0, 0, 0, 28, 0, 0, 0, 28]),
      Buffer.alloc(784 * count),
    ]);
    const labels = Buffer.from([0, 0, 8, 1, ...length, ...Array.from({ length: count }, (_, at) => at % 10)]);
    writeFileSync(join(folder, `${part}-images-idx3-ubyte.gz`), gzipSync(images, { level: 1 }));
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), labels);
  }
  return folder;
}

describe('advml data fashion-mnist', () => {
  it('shows counts and says which images are not those that Debian ships', async () => {
    const folder = blankSet();
    const { code, stdout, stderr } = await advml(['data', 'fashion-mnist', '--from', folder]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toContain(`Fashion-MNIST in ${folder}: 60,000 images`);
    expect(lines.slice(2, 12)).toEqual(
      Array.from({ length: 10 }, (_, label) =>
        expect.stringMatching(new RegExp(`^${label} +\\S.* 6000  differs +1000  differs$`)),
      ),
    );
  });

  it.skipIf(existsSync(fashionMnistPackage.folder))('says how to install what is not there', async () => {
    const { code, stderr } = await advml(['data', 'fashion-mnist']);
    expect(code).toBe(2);
    expect(stderr).toContain('as root, apt-get install dataset-fashion-mnist');
  });

  it.skipIf(!existsSync(fashionMnistPackage.folder))('finds the installed set, whole', async () => {
    const { code, stdout, stderr } = await advml(['data', 'fashion-mnist', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { folder, classes } = JSON.parse(stdout);
    expect(folder).toBe(fashionMnistPackage.folder);
    expect(classes).toHaveLength(10);
    for (const { train, test } of classes) {
      expect(train).toMatchObject({ count: 6000, ok: true });
      expect(test).toMatchObject({ count: 1000, ok: true });
    }
    expect(classes[9]).toMatchObject({ name: 'ankle boot', test: { checksum: '42e957c1' } });
  });
});

describe('advml data of published files', () => {
  const record = (...labels: number[]) => Uint8Array.from([...labels, ...new Uint8Array(3072)]);
  const folderOf = (files: Readonly<Record<string, Uint8Array>>) => {
    const folder = temporaryFolder();
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    return folder;
  };
  const cifar100 = { 'train.bin': record(1, 2), 'test.bin': record(3, 4) };

  it('says of made files that they are others, with their SHA-256 and what they hold', async () => {
    const { code, stdout, stderr } = await advml(['data', 'cifar-100', '--from', folderOf(cifar100)]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const sum = createHash('sha256').update(cifar100['test.bin']).digest('hex');
    expect(stdout).toMatch(/^CIFAR-100 in .*: 1 images to train on and 1 to test, 32 x 32 x 3\nfile +bytes/);
    expect(stdout).toContain(`test.bin        3074  differs    ${sum}`);
  });

  it.each([
    ['cifar-10', 'must hold data_batch_1.bin'],
    ['mnist', 'must hold train-images-idx3-ubyte or train-images-idx3-ubyte.gz'],
  ] as const)('refuses %s of a folder with other files', async (name, message) => {
    await expect(checkFiles(name, folderOf(cifar100))).rejects.toThrow(message);
  });

  it('knows a checksum for every name that a reader takes', () => {
    const digits = Object.values(publishedSets).flatMap(({ archive, files }) => [
      ...(archive ? [archive] : []),
      ...files.flatMap((names) => Object.values(names)),
    ]);
    expect(digits).toHaveLength(8 + 1 + 6 + 1 + 2);
    for (const { algorithm, digits: hex } of digits)
      expect(hex).toMatch({ md5: /^[0-9a-f]{32}$/, sha1: /^[0-9a-f]{40}$/ }[algorithm]);
    expect(new Set(digits.map(({ digits: hex }) => hex)).size).toBe(18);
  });

  it('takes files, or an archive, whose checksums are the published ones', async () => {
    await useWasm();
    const folder = folderOf(cifar100);
    const archive = join(temporaryFolder(), 'cifar-100-binary.tar.gz');
    execFileSync('tar', ['-C', folder, '-czf', archive, '.']);
    const sum = (algorithm: 'md5' | 'sha1', bytes: Uint8Array) => ({
      algorithm,
      digits: createHash(algorithm).update(bytes).digest('hex'),
    });
    const published = {
      title: 'made',
      archive: sum('md5', readFileSync(archive)),
      files: Object.entries(cifar100).map(([name, bytes]) => ({ [name]: sum('sha1', bytes) })),
    };
    const here = await checkFiles('cifar-100', folder, published);
    expect(here.files.map(({ file, ok }) => [file, ok])).toEqual([
      ['train.bin', true],
      ['test.bin', true],
    ]);
    const packed = await checkFiles('cifar-100', archive, published);
    expect(packed.files).toMatchObject([{ file: 'cifar-100-binary.tar.gz', ok: true }]);
    for (const found of [here, packed]) expect(found).toMatchObject({ train: 1, test: 1, shape: [32, 32, 3] });
  });
});

describe('installPackage', () => {
  const installer = (codes: readonly (number | string | null)[], root = true) => {
    const calls: string[] = [];
    const run: Installer['run'] = (program, args) => codes[calls.push([program, ...args].join(' ')) - 1];
    return { root, run, calls };
  };

  it('has apt-get update its lists and install', () => {
    const by = installer([0, 0]);
    installPackage('some-set', by);
    expect(by.calls).toEqual(['apt-get update', 'apt-get install --yes --no-install-recommends some-set']);
  });

  it('knows an exit code, a signal, and a program that is not there', () => {
    const run = (code: string) => thisProcess.run('sh', ['-c', code]);
    expect([run('exit 3'), run('kill $$'), thisProcess.run('no-such-program', [])]).toEqual([3, 'SIGTERM', null]);
  });

  it.each([
    [installer([], false), /only root can install some-set: run 'apt-get install some-set' as root/, 0],
    [installer([null]), /cannot install some-set: there is no apt-get/, 1],
    [installer(['SIGTERM']), /cannot install some-set: apt-get update ended with SIGTERM/, 1],
    [installer([0, 100]), /cannot install some-set: apt-get install ended with code 100/, 2],
  ])('says why it cannot: %#', (by, message, calls) => {
    expect(() => installPackage('some-set', by)).toThrow(InputError);
    by.calls.length = 0;
    expect(() => installPackage('some-set', by)).toThrow(message);
    expect(by.calls).toHaveLength(calls);
  });
});
