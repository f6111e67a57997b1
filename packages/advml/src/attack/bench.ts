import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type AnyClassifier, type Batch, type Box, ball, classifier, InputError, type Threat } from '@advml/core';
import { type Subject, trainedSubject } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { cast, gather, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { readArrays, sha256 } from './arrays.ts';
import { chosen } from './data/chosen.ts';
import { inputsOf } from './data/inputs.ts';
import { labelsOf } from './data/labels.ts';
import type { OnNote, Origin } from './data/raw-examples.ts';
import { readExamples } from './data/read-examples.ts';
import { type FirstOutput, firstOutput } from './first-output.ts';
import { readModel } from './model/read-model.ts';
import { standardized } from './model/standardized.ts';
import { NORMS } from './norms.ts';
import type { AttackRequest, FilesSource, NormName, RunSource } from './request.ts';

/** All that an attack needs. */
export interface Bench {
  readonly model: AnyClassifier;
  /** What its first answer shows. */
  readonly output: FirstOutput;
  readonly x: Tensor;
  readonly y: Tensor1D;
  readonly threat: Threat;
  /** Where each example stands in its data set. Default: 0, 1, 2, ... */
  readonly indices?: readonly number[];
  /** Where the model comes from. */
  readonly origin: Origin;
  /** What network it is, where that is known. */
  readonly architecture?: string;
  readonly data: Origin;
  /** Clean accuracy that the run of the weights has measured, and the folder of that run. */
  readonly recorded?: { readonly clean: number; readonly folder: string };
}

/** Examples of a run that are attacked by default: some minutes of the standard battery. */
const EXAMPLES = 200;

/**
 * Reads, or makes, what a request names.
 *
 * @param request - The request.
 * @param onNote - Told what was not taken as it is.
 * @returns Model, examples and threat; their tensors live as long as the thread.
 * @throws InputError if something cannot be read, or does not fit together.
 */
export function benchOf(request: AttackRequest, onNote: OnNote): Promise<Bench> {
  const { source } = request;
  return source.from === 'run' ? ofRun(source, request) : ofFiles(source, request, onNote);
}

async function ofRun(
  { folder, of, ...trust }: RunSource,
  { first = EXAMPLES, indices, norm, eps, box }: AttackRequest,
): Promise<Bench> {
  const store = diskStore(folder);
  const { experimentOfRun } = await import('../experiment.ts'); // loads the experiments, which files do without
  const found = await trainedSubject(store, (await experimentOfRun(store, trust)).experiment, of);
  const { name, network, params, threats, clean } = found;
  const own = norm === undefined ? threats[0] : threats.find((threat) => threat.norm.name === norm);
  if (!own && eps === undefined)
    throw new InputError(`the run in ${folder} has no radius in ${norm}; say one with --eps`);
  const geometry = norm === undefined ? threats[0].norm : NORMS[norm];
  const places = await chosen({ indices }, found.examples.count);
  const { x, y } = examplesAt(found.examples, places, Math.min(first, found.examples.count));
  const weights = `${folder}/weights/${name}.safetensors`;
  const numbers = [x, y].map((tensor) => new Uint8Array(tensor.dataSync().slice().buffer));
  const model = classifier(network, params);
  return {
    model,
    output: await firstOutput(model, x),
    x,
    y: cast(y, 'float32') as Tensor1D,
    threat: ball(geometry, eps ?? (own as Threat).eps, box ?? threats[0].box),
    indices: places,
    architecture: network.name,
    origin: { path: weights, sha256: (await readArrays(weights)).sha256 },
    data: { path: folder, sha256: sha256(...numbers) },
    ...(clean !== undefined && { recorded: { clean, folder } }),
  };
}

async function ofFiles(source: FilesSource, request: AttackRequest, onNote: OnNote): Promise<Bench> {
  const { first, indices, norm, eps, box } = request;
  const loaded = await readModel(source, onNote);
  const raw = await readExamples({ ...source, first, indices }, loaded.classes, onNote);
  const reading = { divideBy: source.divideBy, layout: source.layout ?? raw.layout, wanted: loaded.inputShape };
  const x = inputsOf(raw.x, reading, onNote);
  const shape = x.shape.slice(1);
  const model = standardized(loaded.on(shape), source, shape);
  const output = await firstOutput(model, x);
  return {
    model,
    output,
    x,
    y: labelsOf(raw.y, output.score, onNote),
    threat: threatOf(norm, eps, box ?? loaded.box),
    indices: raw.indices,
    origin: loaded.origin,
    architecture: loaded.architecture,
    data: raw.origin,
    ...(await recordBeside(source.model)),
  };
}

/** The examples of a run at some places, or the first ones. */
function examplesAt(examples: Subject['examples'], places: readonly number[] | undefined, first: number): Batch {
  if (!places) return examples.take(first);
  return tidy(() => {
    const { x, y } = examples.take(places.reduce((last, place) => Math.max(last, place)) + 1);
    return { x: gather(x, [...places]), y: gather(y, [...places]) };
  });
}

function threatOf(norm: NormName | undefined, eps: number | undefined, box: Box | undefined): Threat {
  if (norm === undefined || eps === undefined) throw new InputError('a model in a file needs --norm and --eps');
  return ball(NORMS[norm], eps, box);
}

/** What the run of some weights has measured, where they lie in the folder of one. */
async function recordBeside(weights: string): Promise<Pick<Bench, 'recorded'>> {
  const folder = dirname(dirname(weights));
  if (!existsSync(join(folder, 'run.json'))) return {};
  const { experimentNamed } = await import('@advml/experiments');
  try {
    const { clean } = await trainedSubject(diskStore(folder), experimentNamed, basename(weights, '.safetensors'));
    return clean === undefined ? {} : { recorded: { clean, folder } };
  } catch (error) {
    if (error instanceof InputError) return {};
    throw error;
  }
}
