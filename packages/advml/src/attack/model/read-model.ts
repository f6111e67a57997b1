import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type AnyClassifier, InputError } from '@advml/core';
import { readArrays } from '../arrays.ts';
import type { OnNote } from '../data/raw-examples.ts';
import type { FilesSource } from '../request.ts';
import type { LoadedModel } from './loaded-model.ts';
import { moduleModel } from './module-model.ts';
import { weightsModel } from './weights-model.ts';

/** What is told of a model, whatever its kind. */
export type ModelSource = Pick<FilesSource, 'model' | 'network' | 'shape'>;

type Read = (path: string, onNote: OnNote) => Promise<LoadedModel<AnyClassifier>>;

/** Kinds of files that say all of their model, by their ending. Importers are taken in where they are needed. */
const KINDS: Readonly<Record<string, Read>> = {
  '.onnx': async (path, onNote) => (await import('./onnx-model.ts')).onnxModel(path, onNote),
  '.json': async (path, onNote) => (await import('./tfjs-model.ts')).tfjsModel(path, onNote),
  '.mjs': moduleModel,
  '.js': moduleModel,
  '.mts': moduleModel,
  '.ts': moduleModel,
};

const PYTORCH =
  'torch.onnx.export of PyTorch writes the model as an ONNX file, save_file of safetensors.torch its weights alone';

/** Kinds that are not read, and the way out. */
const FOREIGN: Readonly<Record<string, string>> = {
  '.pt': PYTORCH,
  '.pth': PYTORCH,
  '.h5': 'tensorflowjs_converter writes a model.json',
  '.keras': 'tensorflowjs_converter writes a model.json',
  '.pb': 'tensorflowjs_converter writes a model.json, tf2onnx an ONNX file',
  '.tflite': 'tf2onnx writes an ONNX file',
  '.pkl': 'skl2onnx writes an ONNX file of models of scikit-learn',
};

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** The file of a model, whose folder may be named in its place. */
const fileOf = async (model: string): Promise<string> => ((await isFolder(model)) ? join(model, 'model.json') : model);

/** Takes in what must come before `useWasm`: tfjs-layers registers gradients of its own. */
export async function beforeBackend(model: string): Promise<void> {
  if (extname(await fileOf(model)).toLowerCase() === '.json') await import('@tensorflow/tfjs-layers');
}

/**
 * Reads a model, of whatever kind its file is.
 *
 * @param source - The file, and what weights alone do not tell.
 * @param onNote - Told what was not taken as it is.
 * @returns The model.
 * @throws InputError that names the file if it cannot be read, or is of a kind that is not read.
 */
export async function readModel(source: ModelSource, onNote: OnNote): Promise<LoadedModel<AnyClassifier>> {
  const path = await fileOf(source.model);
  const ending = extname(path).toLowerCase();
  const way = FOREIGN[ending];
  if (way) throw new InputError(`${path} is of a kind that is not read: ${way}`);
  const read = KINDS[ending];
  if (!read) return weightsModel(await readArrays(path), source, onNote);
  const extra = source.network !== undefined ? 'network' : Object.keys(source.shape)[0];
  if (extra !== undefined) throw new InputError(`--${extra} is for files of weights alone, and ${path} says its own`);
  return read(path, onNote);
}
