import { dirname, resolve, sep } from 'node:path';
import { InputError } from '@advml/core';
import type { io } from '@tensorflow/tfjs-core';
import { bytesOf, sha256 } from '../arrays.ts';

/** Bytes of the files of weights, which all lie in the folder of the model. */
async function weightsOf(path: string, manifest: io.WeightsManifestConfig): Promise<readonly Uint8Array[]> {
  const folder = resolve(dirname(path));
  return Promise.all(
    manifest
      .flatMap((group) => group.paths)
      .map((name) => {
        const file = resolve(folder, name);
        if (!file.startsWith(folder + sep))
          throw new InputError(`files of weights must lie beside the model.json, got '${name}'`);
        return bytesOf(file);
      }),
  );
}

/** Bytes of an entry of weights by its type; a quantized one has those of its whole numbers. */
const ENTRY: Readonly<Record<string, number>> = { float16: 2, uint16: 2, uint8: 1, bool: 1, complex64: 8 };

/** Refuses files that hold fewer bytes than the weights need; of texts, whose length nothing tells, there is no check. */
function requireBytes(manifest: io.WeightsManifestConfig, bytes: number): void {
  const needed = manifest
    .flatMap((group) => group.weights)
    .filter(({ dtype }) => dtype !== 'string')
    .reduce((sum, { shape, dtype, quantization }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return sum + size * (ENTRY[quantization?.dtype ?? dtype] ?? 4);
    }, 0);
  if (!(needed <= bytes)) throw new InputError(`the weights need ${needed} bytes, and their files hold ${bytes}`);
}

/** What a model.json holds, as tfjs takes it. */
function artifactsOf(json: io.ModelJSON, weights: Uint8Array): io.ModelArtifacts {
  const { weightsManifest, ...own } = json;
  return {
    ...own,
    trainingConfig: undefined,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: new Uint8Array(weights).buffer, // a copy: a Buffer may be part of a larger one
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`this is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** What a manifest says of one array of weights. */
function isEntry(entry: unknown): boolean {
  const { shape, dtype } = Object(entry) as Partial<io.WeightsManifestEntry>;
  const isLength = (length: unknown) => Number.isSafeInteger(length) && (length as number) >= 0;
  return typeof dtype === 'string' && Array.isArray(shape) && shape.every(isLength);
}

/** A model.json, checked as far as the loaders of tfjs take it for granted. */
function modelJson(bytes: Uint8Array): io.ModelJSON {
  const json = parsed(new TextDecoder().decode(bytes));
  const { modelTopology, weightsManifest } = Object(json) as Partial<io.ModelJSON>;
  const isGroup = (group: unknown) => {
    const { paths, weights } = Object(group) as Partial<io.WeightsManifestConfig[number]>;
    return (
      Array.isArray(paths) &&
      paths.every((own) => typeof own === 'string') &&
      Array.isArray(weights) &&
      weights.every(isEntry)
    );
  };
  if (
    typeof modelTopology === 'object' &&
    modelTopology &&
    Array.isArray(weightsManifest) &&
    weightsManifest.every(isGroup)
  )
    return json as io.ModelJSON;
  throw new InputError(
    "a model.json of TensorFlow.js must hold modelTopology and weightsManifest, with the shape and dtype of all weights; that of 'saved_model' is to be converted first",
  );
}

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
 * @throws InputError if it is none, a file of weights is elsewhere or not there, or there are too few bytes.
 */
export async function tfjsFiles(path: string): Promise<TfjsFiles> {
  const bytes = await bytesOf(path);
  const json = modelJson(bytes);
  const files = await weightsOf(path, json.weightsManifest);
  const weights = Buffer.concat(files);
  requireBytes(json.weightsManifest, weights.length);
  return { artifacts: artifactsOf(json, weights), digest: sha256(bytes, ...files) };
}
