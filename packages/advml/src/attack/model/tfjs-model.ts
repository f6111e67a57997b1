import { InputError } from '@advml/core';
import { fromGraphModel, fromLayersModel, type ImportedClassifier, isGraph } from '@advml/models';
import type { io } from '@tensorflow/tfjs-core';
import { named } from '../arrays.ts';
import type { OnNote } from '../data/raw-examples.ts';
import { imported } from './imported.ts';
import type { LoadedModel } from './loaded-model.ts';
import { tfjsFiles } from './tfjs-files.ts';

/** What a loader of tfjs gives; what it throws is about the file. */
async function loaded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new InputError((error as Error).message, { cause: error });
  }
}

/** The classifier of what tfjs loads; the loaders are large, and taken in for such files alone. */
async function importedBy(artifacts: io.ModelArtifacts): Promise<ImportedClassifier> {
  const handler: io.IOHandler = { load: async () => artifacts };
  if (isGraph(artifacts.modelTopology as object)) {
    const { loadGraphModel } = await import('@tensorflow/tfjs-converter');
    return fromGraphModel(await loaded(loadGraphModel(handler)));
  }
  const { loadLayersModel } = await import('@tensorflow/tfjs-layers');
  return fromLayersModel(await loaded(loadLayersModel(handler)));
}

/**
 * The layers or graph model of a model.json and the files of weights beside it.
 *
 * @param path - The model.json.
 * @param onNote - Told what was changed or assumed.
 * @returns The model.
 * @throws InputError that names the file if it is none, its weights are not there, or it cannot be differentiated.
 */
export async function tfjsModel(path: string, onNote: OnNote): Promise<LoadedModel> {
  const { artifacts, digest } = await named(path, () => tfjsFiles(path));
  return imported({ path, sha256: digest }, () => importedBy(artifacts), onNote);
}
