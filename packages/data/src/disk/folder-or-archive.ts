import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@advml/core';
import { gunzipStart } from '../gunzip.ts';
import { readTar } from '../tar.ts';
import { readBytes, withPath } from './read-bytes.ts';

/** The most bytes that an archive may unpack to; those of CIFAR have 185 million. */
const LIMIT = 2 ** 28;

async function unpack(packed: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const { bytes, whole } = await gunzipStart(packed, LIMIT);
  if (!whole) throw new InputError(`an archive must unpack to at most ${LIMIT} bytes, this one has more`);
  return readTar(bytes);
}

/**
 * Files of a folder, or of a `.tar.gz` that was never unpacked.
 *
 * @param path - Path of either.
 * @returns Reads a file by its name.
 * @throws InputError if an archive is damaged; when called, if there is no such file.
 */
export async function filesAt(path: string): Promise<(name: string) => Promise<Uint8Array>> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return (name) => readBytes(join(path, name));
  const packed = await readBytes(path);
  const files = await withPath(path, () => unpack(packed));
  return async (name) => {
    const bytes = files.get(name);
    if (!bytes)
      throw new InputError(`${path} must hold ${name}, it holds ${[...files.keys()].join(', ') || 'no file'}`);
    return bytes;
  };
}
