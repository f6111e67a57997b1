import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Batch, InputError, paramsToArrays } from '@advml/core';
import { imagesMlp, paper } from '@advml/experiments';
import { encodeSafetensors } from '@advml/formats';
import { type Experiment, type Overrides, parseAssignment, parseSetting, runSubject } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { useWasm } from '@advml/wasm';
import { sha256 } from '../attack/arrays.ts';
import { experimentOfRun, type Trust } from '../experiment.ts';

/** Image sets that can be written; all but the first three are in a folder that must be told. */
export const imageSets = ['fashion-mnist', 'digits', 'colour', 'mnist', 'idx', 'cifar-10', 'cifar-100'] as const;

/** What is to be written. */
export interface ExamplesWanted {
  /** `sparse-coding`, an image set, or the folder of a run. */
  readonly name: string;
  /** How many; fewer where the set has no more. */
  readonly count: number;
  /** Decides the data model of sparse coding. */
  readonly seed: number;
  /** Changes to its setting, as `advml run --set` takes them. */
  readonly set: readonly string[];
  /** Folder of an image set. */
  readonly from?: string;
  /** The module of a run's experiment, where that is the user's own. */
  readonly run?: Trust;
  /** The network of a run whose examples are wanted. Default: `clean`. */
  readonly of?: string;
}

/** Whether a word is the folder of a run. */
const isRun = (name: string): boolean => existsSync(join(name, 'run.json'));

/** The examples that an experiment judges by, without a run of it. */
async function judgedBy<S>({ schema, subject }: Experiment<S>, overrides: readonly Overrides[], seed: number) {
  return (await (subject as NonNullable<typeof subject>)(parseSetting(schema, overrides), seed, 'clean')).examples;
}

/**
 * The examples of a name: those that runs are judged by, none of which any training sees.
 *
 * @param wanted - Which examples.
 * @returns The set.
 * @throws InputError if there are no such examples.
 */
export function examplesNamed({ name, seed, set, from, run, of }: Omit<ExamplesWanted, 'count'>) {
  if (name === 'sparse-coding') return judgedBy(paper, set.map(parseAssignment), seed);
  if (imageSets.some((known) => known === name)) {
    const { smoke } = imagesMlp.presets; // little of everything, so that small sets suffice
    return judgedBy(imagesMlp, [smoke, { data: { set: name, folder: from ?? null } }], 0);
  }
  if (isRun(name)) return ofRun(name, run ?? {}, of);
  throw new InputError(`data takes sparse-coding, ${imageSets.join(', ')}, or the folder of a run, got '${name}'`);
}

async function ofRun(folder: string, trust: Trust, of = 'clean') {
  const store = diskStore(folder);
  const { examples } = await runSubject(store, (await experimentOfRun(store, trust)).experiment, of);
  return examples;
}

/** A file that was written. */
export interface WrittenExamples {
  readonly path: string;
  /** Shape of its inputs. */
  readonly x: readonly number[];
  /** The labels that occur. */
  readonly labels: readonly number[];
  readonly sha256: string;
}

/**
 * Writes examples as safetensors with `x` and `y`, as `advml attack --data` takes them: those that runs are judged by, none of
 * which any training sees.
 *
 * @param path - The file.
 * @param wanted - Which examples.
 * @returns What was written.
 * @throws InputError if there are no such examples, or the file cannot be written.
 */
export async function writeExamples(path: string, wanted: ExamplesWanted): Promise<WrittenExamples> {
  await useWasm();
  const set = await examplesNamed(wanted);
  const { x, y }: Batch = set.take(Math.min(wanted.count, set.count));
  const bytes = encodeSafetensors(paramsToArrays({ x, y }));
  const labels = [...new Set(y.dataSync())].sort((a, b) => a - b);
  await diskStore(dirname(path)).write(basename(path), bytes);
  return { path, x: x.shape, labels, sha256: sha256(bytes) };
}
