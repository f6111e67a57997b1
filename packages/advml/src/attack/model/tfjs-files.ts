import { dirname, resolve, sep } from 'node:path';
import { InputError } from '@advml/core';
import { tfjsArtifacts } from '@advml/models';
import type { io } from '@tensorflow/tfjs-core';
import { bytesOf, sha256 } from '../arrays.ts';

/** A model as tfjs takes it, and the digest of its files. */
export interface TfjsFiles {
  readonly artifacts: io.ModelArtifacts;
  readonly digest: string;
}

/**
 * Reads a model.json and the files of weights beside it.
 *
 * @param path - The model.json.
 * @returns What they hold.
 * @throws InputError if it is none, a file of weights is elsewhere or not there, or there are too few bytes, or too many.
 */
export async function tfjsFiles(path: string): Promise<TfjsFiles> {
  const folder = resolve(dirname(path));
  const bytes = await bytesOf(path);
  const artifacts = await tfjsArtifacts(bytes, (name) => {
    const file = resolve(folder, name);
    if (!file.startsWith(folder + sep))
      throw new InputError(`files of weights must lie beside the model.json, got '${name}'`);
    return bytesOf(file);
  });
  const weights = artifacts.weightData as ArrayBuffer[];
  return { artifacts, digest: sha256(bytes, ...weights.map((file) => new Uint8Array(file))) };
}
