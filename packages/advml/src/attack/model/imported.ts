import type { ImportedClassifier } from '@advml/models';
import { named } from '../arrays.ts';
import type { OnNote, Origin } from '../data/raw-examples.ts';
import type { LoadedModel } from './loaded-model.ts';

/**
 * A model that an importer makes; what is wrong is told with the file's path.
 *
 * @param origin - Its file.
 * @param importer - Makes the classifier.
 * @param onNote - Told what was changed or assumed.
 * @returns The model.
 */
export async function imported(
  origin: Origin,
  importer: () => ImportedClassifier | Promise<ImportedClassifier>,
  onNote: OnNote,
): Promise<LoadedModel> {
  const model = await named(origin.path, importer);
  for (const note of model.notes) onNote(`${origin.path}: ${note}`);
  return { origin, inputShape: model.inputShape, on: () => model };
}
