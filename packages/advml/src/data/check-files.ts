import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '@advml/core';
import { cifar10Folder, cifar100Folder, type ImageSets, idxFolder } from '@advml/data/disk';
import { bytesOf, sha256 } from '../attack/arrays.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Checksum, type PublishedName, type PublishedSet, publishedSets } from './published-files.ts';

const READERS: Readonly<Record<PublishedName, (path: string) => Promise<ImageSets>>> = {
  mnist: idxFolder,
  'cifar-10': cifar10Folder,
  'cifar-100': cifar100Folder,
};

/** A file as it was found. */
export interface FoundFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Whether its checksum is the published one. */
  readonly ok: boolean;
}

/** A set as it was found. */
export interface FoundSet {
  /** The folder, or the archive. */
  readonly path: string;
  readonly files: readonly FoundFile[];
  /** How many images there are to train on. */
  readonly train: number;
  /** How many there are to test. */
  readonly test: number;
  /** Shape of one image. */
  readonly shape: readonly number[];
}

/** The files of a set at a path, and the checksum that each should have. */
async function expectedAt(
  { archive, files }: PublishedSet,
  path: string,
): Promise<readonly (readonly [string, Checksum])[]> {
  const found = await stat(path).catch(() => undefined);
  if (archive && found?.isFile()) return [[path, archive]];
  const present = await readdir(path).catch((error: Error) => {
    throw new InputError(`cannot read the folder ${path}: ${error.message}`, { cause: error });
  });
  return files.map((names) => {
    const here = Object.entries(names).find(([file]) => present.includes(file));
    if (!here) throw new InputError(`${path} must hold ${Object.keys(names).join(' or ')}`);
    return [join(path, here[0]), here[1]];
  });
}

/**
 * Looks at the files of a set: whether they are the published ones, and what they hold.
 *
 * @param name - The set.
 * @param path - Its folder, or the archive of CIFAR.
 * @param published - What its files should be.
 * @returns What was found.
 * @throws InputError if a file is missing, or damaged so that it cannot be read.
 */
export async function checkFiles(
  name: PublishedName,
  path: string,
  published: PublishedSet = publishedSets[name],
): Promise<FoundSet> {
  const files: FoundFile[] = [];
  for (const [file, { algorithm, digits }] of await expectedAt(published, path)) {
    const bytes = await bytesOf(file);
    const ok = createHash(algorithm).update(bytes).digest('hex') === digits;
    files.push({ file: basename(file), bytes: bytes.length, sha256: sha256(bytes), ok });
  }
  const { train, test } = await READERS[name](path);
  const { x, y } = test.take(1);
  const shape = x.shape.slice(1);
  for (const tensor of [x, y]) tensor.dispose();
  return { path, files, train: train.count, test: test.count, shape };
}

/** What was found, as a table for a person. */
export function filesTable(
  name: PublishedName,
  { path, files, train, test, shape }: FoundSet,
  { paint }: Terminal,
): string {
  const count = (images: number) => images.toLocaleString('en');
  const width = Math.max(...files.map(({ file }) => file.length));
  const judged = (ok: boolean) => (ok ? paint('green', 'ok     ') : paint('red', 'differs'));
  return [
    `${publishedSets[name].title} in ${path}: ${count(train)} images to train on and ${count(test)} to test, ${shape.join(' x ')}`,
    `${'file'.padEnd(width)}      bytes  published  SHA-256`,
    ...files.map(
      ({ file, bytes, sha256: sum, ok }) =>
        `${file.padEnd(width)}  ${String(bytes).padStart(9)}  ${judged(ok)}    ${sum}`,
    ),
    '',
  ].join('\n');
}
