import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '@advml/core';
import { fashionMnistPackage } from '@advml/data/disk';
import { describe, expect, it } from 'vitest';
import { type Installer, installPackage } from '../src/data/install.ts';
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

describe('installPackage', () => {
  const installer = (codes: readonly (number | null)[], root = true) => {
    const calls: string[] = [];
    const run: Installer['run'] = (program, args) => codes[calls.push([program, ...args].join(' ')) - 1];
    return { root, run, calls };
  };

  it('has apt-get update its lists and install', () => {
    const by = installer([0, 0]);
    installPackage('some-set', by);
    expect(by.calls).toEqual(['apt-get update', 'apt-get install --yes --no-install-recommends some-set']);
  });

  it.each([
    [installer([], false), /only root can install some-set: run 'apt-get install some-set' as root/, 0],
    [installer([null]), /cannot install some-set: there is no apt-get/, 1],
    [installer([0, 100]), /cannot install some-set: apt-get install ended with code 100/, 2],
  ])('says why it cannot: %#', (by, message, calls) => {
    expect(() => installPackage('some-set', by)).toThrow(InputError);
    by.calls.length = 0;
    expect(() => installPackage('some-set', by)).toThrow(message);
    expect(by.calls).toHaveLength(calls);
  });
});
