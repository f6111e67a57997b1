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

/**
 * Reads the arrays of a file, safetensors or npz, whatever its name ends in.
 *
 * @param path - The file.
 * @returns Its arrays.
 * @throws InputError that names the file if it cannot be read, is damaged, or is something else.
 */
export async function readArrays(path: string): Promise<FileArrays> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new InputError(`cannot read '${path}': ${(error as Error).message}`);
  }
  try {
    const { tensors: arrays, metadata } =
      fileKind(bytes) === 'npz' ? { tensors: decodeNpz(bytes), metadata: {} } : decodeSafetensors(bytes);
    return { path, sha256: sha256(bytes), arrays, metadata };
  } catch (error) {
    if (error instanceof FormatError) throw new InputError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}
