import { InputError } from '@advml/core';
import type { io } from '@tensorflow/tfjs-core';
import { inputName, requireLayers, requireNoCircle } from './in-order.ts';

type Group = io.WeightsManifestConfig[number];

/** Bytes of an entry of weights by its type, if not 4; a quantized one has those of its whole numbers, a text those of its length. */
const ENTRY = new Map(Object.entries({ float16: 2, uint16: 2, uint8: 1, bool: 1, complex64: 8 }));

function bytesOf({ shape, dtype, quantization }: io.WeightsManifestEntry): number {
  const size = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1); // never Infinity times 0
  return size * (ENTRY.get(quantization?.dtype ?? dtype) ?? 4);
}

/** Refuses files that hold more or fewer bytes than their weights; texts may be longer than their least. */
function requireBytes({ paths, weights }: Group, held: number): void {
  const needed = weights.reduce((sum, entry) => sum + bytesOf(entry), 0);
  const isRight = weights.some(({ dtype }) => dtype === 'string') ? held >= needed : held === needed;
  if (!isRight)
    throw new InputError(
      `the weights need ${needed} bytes, and their files (${paths.join(', ') || 'none'}) hold ${held}: ` +
        'one is cut off, or belongs to another model',
    );
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
  const { name, shape, dtype } = Object(entry) as Partial<io.WeightsManifestEntry>;
  const isLength = (length: unknown) => Number.isSafeInteger(length) && (length as number) >= 0;
  return typeof name === 'string' && typeof dtype === 'string' && Array.isArray(shape) && shape.every(isLength);
}

function isGroup(group: unknown): boolean {
  const { paths, weights } = Object(group) as Partial<Group>;
  const isPaths = Array.isArray(paths) && paths.every((own) => typeof own === 'string');
  return isPaths && Array.isArray(weights) && weights.every(isEntry);
}

/** A model.json, checked as far as the loaders of tfjs take it for granted. */
function modelJson(bytes: Uint8Array): io.ModelJSON {
  const json = parsed(new TextDecoder().decode(bytes));
  const { modelTopology, weightsManifest } = Object(json) as Partial<io.ModelJSON>;
  const isModel = typeof modelTopology === 'object' && modelTopology !== null;
  if (!isModel || !Array.isArray(weightsManifest) || !weightsManifest.every(isGroup))
    throw new InputError(
      "a model.json of TensorFlow.js must hold modelTopology and weightsManifest, with the shape and dtype of all weights; that of 'saved_model' is to be converted first",
    );
  return json as io.ModelJSON;
}

/**
 * Whether a topology is a graph, for `loadGraphModel` of tfjs-converter; else it is one of layers, for `loadLayersModel` of tfjs-layers.
 *
 * @param topology - `modelTopology` of a model.json or of artifacts.
 * @returns Whether it has the nodes of a graph.
 */
export function isGraph(topology: object): boolean {
  return 'node' in topology;
}

/** Refuses a graph that has a part which its reader takes for granted, and which is not there. */
function requireGraph(topology: object, weights: ReadonlySet<string>): void {
  const { node, versions } = topology as { readonly node: unknown; readonly versions?: unknown };
  const isText = (each: unknown) => typeof each === 'string';
  const isNode = (each: unknown) => {
    const { name, op, input = [] } = Object(each);
    return isText(name) && isText(op) && Array.isArray(input) && input.every(isText);
  };
  if (!Array.isArray(node) || node.length === 0 || !node.every(isNode) || typeof versions !== 'object' || !versions)
    throw new InputError(
      'a graph model must hold a list of nodes, each with name, op and what it takes, and its versions',
    );
  const names = new Set(node.map(({ name }) => name));
  for (const { name, op, input = [] } of node) {
    if (op === 'Const' && !weights.has(name))
      throw new InputError(`the graph has a constant '${name}' for which the manifest has no weights`);
    const lacking = input.find((each: string) => !names.has(inputName(each)));
    if (lacking !== undefined)
      throw new InputError(`node '${name}' of the graph takes '${lacking}', which is not in the graph`);
  }
  requireNoCircle(node);
}

/**
 * What a model.json of TensorFlow.js and its files of weights hold, checked as far as the loaders of tfjs take it for granted.
 *
 * Give it to `loadLayersModel` of tfjs-layers, or to `loadGraphModel` of tfjs-converter where {@link isGraph}, by a handler:
 * `{ load: async () => artifacts }`. Where its files come from is for the caller to say: a disk, or a page on which they were dropped.
 *
 * @param json - The bytes of model.json.
 * @param weightsOf - Gives the bytes of a file of weights by its path in model.json.
 * @returns The artifacts, of weights as they stand in the files.
 * @throws InputError if it is no model.json, its files hold more or fewer bytes than the weights need, a graph lacks a node or a
 * constant that it uses, its nodes or layers wait for each other, or layers share a name; what `weightsOf` throws.
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { loadLayersModel } from '@tensorflow/tfjs-layers';
 *
 * const artifacts = await tfjsArtifacts(readFileSync('cnn/model.json'), (path) => readFileSync(`cnn/${path}`));
 * const model = fromLayersModel(await loadLayersModel({ load: async () => artifacts }));
 * ```
 */
export async function tfjsArtifacts(
  json: Uint8Array,
  weightsOf: (path: string) => Uint8Array | Promise<Uint8Array>,
): Promise<io.ModelArtifacts> {
  const { weightsManifest, ...own } = modelJson(json);
  const groups = await Promise.all(weightsManifest.map(({ paths }) => Promise.all(paths.map(weightsOf))));
  weightsManifest.forEach((group, at) => {
    requireBytes(
      group,
      groups[at].reduce((sum, file) => sum + file.length, 0),
    );
  });
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const topology = own.modelTopology as { readonly model_config?: unknown };
  if (isGraph(topology)) requireGraph(topology, new Set(weightSpecs.map(({ name }) => name)));
  else requireLayers(topology.model_config ?? topology);
  return {
    ...own,
    trainingConfig: undefined,
    weightSpecs,
    weightData: groups.flat().map((file) => new Uint8Array(file).buffer), // copies: a file may be part of a larger buffer
  };
}
