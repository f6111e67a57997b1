import { fromOnnx } from '@advml/models';
import { bytesOf, sha256 } from '../arrays.ts';
import type { OnNote } from '../data/raw-examples.ts';
import { imported } from './imported.ts';
import type { LoadedModel } from './loaded-model.ts';

/**
 * The model of an ONNX file, for images with their channels last.
 *
 * @param path - The file.
 * @param onNote - Told what was changed or assumed.
 * @returns The model.
 * @throws InputError that names the file, and the node that cannot be differentiated.
 */
export async function onnxModel(path: string, onNote: OnNote): Promise<LoadedModel> {
  const bytes = await bytesOf(path);
  return imported({ path, sha256: sha256(bytes) }, () => fromOnnx(bytes), onNote);
}
