// A model from files that a visitor gave: one .onnx, or model.json of TensorFlow.js with its weights.
import { fromGraphModel, fromLayersModel, fromOnnx, type ImportedClassifier } from '@advml/models';
import { io } from '@tensorflow/tfjs-core';

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
  const onnx = files.filter(({ name }) => name.endsWith('.onnx'));
  const json = files.filter(({ name }) => name.endsWith('.json'));
  if (onnx.length + json.length !== 1)
    throw new Error(
      `Give one .onnx file, or one model.json with its weights; got ${files.map(({ name }) => name).join(', ') || 'nothing'}.`,
    );
  if (json.length === 1) return fromTfjs(json[0], files);
  const classifier = fromOnnx(onnx[0].bytes);
  return { classifier, dispose: classifier.dispose };
}

/** A model of TensorFlow.js, of layers or as a graph, as its file says. Their readers are loaded when they are needed. */
async function fromTfjs(file: ModelFile, files: readonly ModelFile[]): Promise<ReadModel> {
  const json = modelJson(file);
  const handler: io.IOHandler = { load: () => io.getModelArtifactsForJSON(json, weightsAmong(files)) };
  if (json.format === 'graph-model') {
    const { loadGraphModel } = await import('@tensorflow/tfjs-converter');
    const model = await loadGraphModel(handler);
    return { classifier: fromGraphModel(model), dispose: () => model.dispose() };
  }
  const { loadLayersModel } = await import('@tensorflow/tfjs-layers');
  const model = await loadLayersModel(handler);
  return { classifier: fromLayersModel(model), dispose: () => model.dispose() };
}

function modelJson({ name, bytes }: ModelFile): io.ModelJSON {
  let json: Partial<io.ModelJSON> | null;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Error(`${name} is no JSON: ${(error as Error).message}`);
  }
  if (!json?.modelTopology || !Array.isArray(json.weightsManifest))
    throw new Error(`${name} is no model of TensorFlow.js: it has no modelTopology, or no weightsManifest.`);
  return json as io.ModelJSON;
}

/** Finds the files of weights that model.json names, by their names without folders. */
const weightsAmong =
  (files: readonly ModelFile[]) =>
  async (manifest: io.WeightsManifestConfig): Promise<[io.WeightsManifestEntry[], io.WeightData]> => {
    const buffers = manifest
      .flatMap(({ paths }) => paths)
      .map((path) => {
        const found = files.find(({ name }) => name === path.split('/').pop());
        if (!found) throw new Error(`model.json names the file ${path}, which was not given: choose both together.`);
        return found.bytes.slice().buffer;
      });
    return [manifest.flatMap(({ weights }) => weights), buffers];
  };
