import { readFile } from 'node:fs/promises';
import { InputError } from '@advml/core';

/** A whole file; one that cannot be read is the caller's to mend. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** What some work on a file gives; bad input is told with the file's path. */
export async function withPath<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}
