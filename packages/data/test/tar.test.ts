import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InputError } from '@advml/core';
import { useWasm } from '@advml/wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cifar10Folder, cifar100Folder } from '../src/disk.ts';
import { labelsOf } from '../src/index.ts';
import { readTar } from '../src/tar.ts';

beforeAll(async () => {
  await useWasm();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'advml-tar-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** Some files under a folder, packed by the system's own tar. */
function packed(files: Readonly<Record<string, Uint8Array>>, ...options: string[]): Buffer {
  const place = folder();
  mkdirSync(join(place, 'set'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(place, 'set', name), bytes);
  symlinkSync('elsewhere', join(place, 'set', 'link'));
  return execFileSync('tar', ['-C', place, ...options, '-czf', '-', 'set'], { maxBuffer: 2 ** 24 });
}

const record = (...labels: number[]) => Uint8Array.from([...labels, ...new Uint8Array(3072).fill(labels[0])]);
const cifar100 = { 'train.bin': record(19, 99), 'test.bin': record(2, 30), 'fine_label_names.txt': Buffer.from('a\n') };

describe('readTar', () => {
  it.each(['ustar', 'gnu', 'pax', 'v7'])('reads what tar packs as %s, without folders and links', (format) => {
    const files = readTar(gunzipSync(packed(cifar100, `--format=${format}`)));
    expect([...files.keys()].toSorted()).toEqual(['fine_label_names.txt', 'test.bin', 'train.bin']);
    for (const [name, bytes] of Object.entries(cifar100))
      expect(Buffer.compare(files.get(name) as Uint8Array, bytes)).toBe(0);
  });

  it('either reads whole files or refuses, wherever an archive is cut off or a byte is other', () => {
    const archive = gunzipSync(packed({ 'a.bin': record(1), 'b.bin': record(2) }, '--format=ustar'));
    fc.assert(
      fc.property(fc.nat(archive.length - 1), fc.nat(archive.length - 1), fc.nat(255), (end, at, byte) => {
        const damaged = Uint8Array.from(archive.subarray(0, end));
        if (at < end) damaged[at] = byte;
        try {
          for (const bytes of readTar(damaged).values()) expect(bytes).toHaveLength(3073);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });

  it('says what is wrong', () => {
    const archive = gunzipSync(packed({ 'a.bin': record(1) }, '--format=ustar'));
    const file = archive.indexOf('set/a.bin');
    expect(() => readTar(archive.subarray(0, file + 600))).toThrow(
      /a.bin must have 3073 bytes, the archive ends after 88/,
    );
    expect(() => readTar(archive.subarray(0, file + 100))).toThrow(
      /must have a header at byte \d+, got one that is cut off/,
    );
    const member = archive.subarray(file, file + 512 * 8);
    expect(() => readTar(Buffer.concat([member, member]))).toThrow(/it holds a.bin twice/);
    const renamed = Uint8Array.from(archive);
    renamed[file + 4] ^= 1;
    expect(() => readTar(renamed)).toThrow(/got one that is cut off or damaged/);
  });
});

describe('archives of CIFAR', () => {
  const written = (name: string, bytes: Uint8Array) => {
    const path = join(folder(), name);
    writeFileSync(path, bytes);
    return path;
  };

  it('need not be unpacked', async () => {
    const { train, test } = await cifar100Folder(written('cifar-100-binary.tar.gz', packed(cifar100)));
    expect([labelsOf(train), labelsOf(test)]).toEqual([[99], [30]]);
    const batches = Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`data_batch_${number}.bin`, record(number)]));
    const ten = written('cifar-10-binary.tar.gz', packed({ ...batches, 'test_batch.bin': record(9) }));
    const { train: five, test: one } = await cifar10Folder(ten);
    expect([labelsOf(five), labelsOf(one)]).toEqual([[1, 2, 3, 4, 5], [9]]);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['of another set', () => packed(cifar100), /\.tar\.gz must hold data_batch_1\.bin, it holds .*train\.bin/],
    ['that is no archive', () => gzipSync(record(1)), /\.tar\.gz: .*header at byte 0/],
    ['that is not packed', () => record(1), /\.tar\.gz: a gzip file must be whole and undamaged/],
    ['that is empty', () => gzipSync(new Uint8Array(1024)), /it holds no file/],
    ['that is cut off', () => packed(cifar100).subarray(0, 150), /a gzip file must be whole/],
  ])('are refused with their path: one %s', async (_what, bytes, message) => {
    const attempt = cifar10Folder(written('cifar-10-binary.tar.gz', bytes()));
    await expect(attempt).rejects.toThrow(InputError);
    await expect(attempt).rejects.toThrow(message);
  });
});
