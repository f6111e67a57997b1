import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InputError } from '@advml/core';
import { decodeNpz, decodeSafetensors, FormatError, fileKind, type SafeTensors } from '@advml/formats';

/** The arrays of a file. */
export interface FileArrays {
  readonly path: string;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
  /** Arrays by name. */
  readonly arrays: SafeTensors;
  /** Texts beside them; none in npz. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The SHA-256 of some bytes, in hexadecimal digits. */
export function sha256(...parts: readonly Uint8Array[]): string {
  return parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
}

/** A whole file; one that cannot be read is the user's to mend. */
export async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new InputError(`cannot read '${path}': ${(error as Error).message}`, { cause: error });
  }
}

/** What some work on a file gives; what is wrong with the file is told with its path. */
export async function named<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormatError || error instanceof InputError)
      throw new InputError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * The arrays of a file, safetensors or npz, whatever its name ends in.
 *
 * @param path - What it is called, for errors.
 * @param bytes - The file.
 * @returns Its arrays.
 * @throws InputError that names the file if it is damaged, or something else.
 */
export function arraysIn(path: string, bytes: Uint8Array): Promise<FileArrays> {
  return named(path, () => {
    const { tensors: arrays, metadata } =
      fileKind(bytes) === 'npz' ? { tensors: decodeNpz(bytes), metadata: {} } : decodeSafetensors(bytes);
    return { path, sha256: sha256(bytes), arrays, metadata };
  });
}

/**
 * Reads the arrays of a file; see {@link arraysIn}.
 *
 * @param path - The file.
 * @returns Its arrays.
 * @throws InputError that names the file if it cannot be read, is damaged, or is something else.
 */
export const readArrays = async (path: string): Promise<FileArrays> => arraysIn(path, await bytesOf(path));
