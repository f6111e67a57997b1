// A model from files that a visitor gave: one .onnx, or model.json of TensorFlow.js with its weights.
import {
  fromGraphModel,
  fromLayersModel,
  fromOnnx,
  type ImportedClassifier,
  isGraph,
  tfjsArtifacts,
} from '@advml/models';
import type { io } from '@tensorflow/tfjs-core';

/** A file as a page has read it. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A model that was read, and what frees its memory. */
export interface ReadModel {
  readonly classifier: ImportedClassifier;
  dispose(): void;
}

/** Reads a model; what cannot be read is refused in a sentence. */
export async function readModel(files: readonly ModelFile[]): Promise<ReadModel> {
  const onnx = files.filter(({ name }) => /\.onnx$/i.test(name));
  const json = files.filter(({ name }) => /\.json$/i.test(name));
  if (onnx.length + json.length !== 1)
    throw new Error(
      `Give one .onnx file, or one model.json with its weights; got ${files.map(({ name }) => name).join(', ') || 'nothing'}.`,
    );
  if (json.length === 1) return fromTfjs(json[0], files);
  const classifier = fromOnnx(onnx[0].bytes);
  return { classifier, dispose: classifier.dispose };
}

/** A model of TensorFlow.js, of layers or as a graph, as its file says. Their readers are loaded when they are needed. */
async function fromTfjs({ name, bytes }: ModelFile, files: readonly ModelFile[]): Promise<ReadModel> {
  const artifacts = await tfjsArtifacts(bytes, weightsAmong(files)).catch(({ message }: Error) => {
    throw new Error(`${name}: ${message}`);
  });
  const handler: io.IOHandler = { load: async () => artifacts };
  if (isGraph(artifacts.modelTopology as object)) {
    const { loadGraphModel } = await import('@tensorflow/tfjs-converter');
    return owned(await loadGraphModel(handler), fromGraphModel);
  }
  const { loadLayersModel } = await import('@tensorflow/tfjs-layers');
  return owned(await loadLayersModel(handler), fromLayersModel);
}

/** The classifier of a model that is disposed with it, and at once if it makes none. */
function owned<Model extends { dispose(): unknown }>(
  model: Model,
  classifierOf: (model: Model) => ImportedClassifier,
): ReadModel {
  const dispose = () => void model.dispose();
  try {
    return { classifier: classifierOf(model), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Finds a file of weights that model.json names, by its name without folders. */
const weightsAmong = (files: readonly ModelFile[]) => (path: string) => {
  const found = files.find(({ name }) => name === path.split('/').pop());
  if (!found) throw new Error(`it names the file ${path}, which was not given: choose both together.`);
  return found.bytes;
};
