import { InputError, type Params } from '@advml/core';
import type { ExperimentSource } from '../experiment-source.ts';
import { type OpenedRun, openRun, stagesOf } from '../opened-run.ts';
import { keptMeasure } from '../stages/measures.ts';
import { keptWeights } from '../stages/weights.ts';
import { inShell } from '../store/in-shell.ts';
import type { RunStore } from '../store/store.ts';
import type { Subject } from './subject.ts';

/** A network of a run that exists. */
export interface RunSubject extends Subject {
  /** The seed of the run. */
  readonly seed: number;
}

/** The same with its weights. */
export interface TrainedSubject extends RunSubject {
  /** Its weights, owned by the caller. */
  readonly params: Params;
  /** The accuracy without an attacker that its run has measured; undefined where it has not come so far. */
  readonly clean: number | undefined;
}

/**
 * A network of a run, with its own fresh examples and its threats, whether it was trained yet or not.
 *
 * @param store - The run's files.
 * @param source - Its experiment, or what finds it by its name.
 * @param of - Which network: `clean`, or `robust`, the one after adversarial training; other names as the run's weights have them.
 * @returns The network.
 * @throws InputError if the store holds no run, or one of several seeds, or the run's images are gone.
 * @example
 * ```ts
 * const { examples, threats } = await runSubject(diskStore('runs/mine'), paper, 'robust');
 * ```
 */
export async function runSubject(store: RunStore, source: ExperimentSource, of: string): Promise<RunSubject> {
  return subjectOf(await openRun(store, source), of);
}

/**
 * A network that a run has trained, with its weights, its own fresh examples and its threats.
 *
 * @param store - The run's files.
 * @param source - Its experiment, or what finds it by its name.
 * @param of - Which network: `clean`, or `robust`, the one after adversarial training; other names as the run's weights have them.
 * @returns The network; the caller disposes its weights.
 * @throws InputError as {@link runSubject}, and if the run makes no such weights, or has not made them yet.
 * @example
 * ```ts
 * const { network, params, examples, threats } = await trainedSubject(diskStore('runs/mine'), paper, 'robust');
 * ```
 */
export async function trainedSubject(store: RunStore, source: ExperimentSource, of: string): Promise<TrainedSubject> {
  const run = await openRun(store, source);
  const subject = await subjectOf(run, of);
  const made = stagesOf(run).flatMap(({ weights = [] }) => weights);
  if (!made.includes(subject.name))
    throw new InputError(
      `the run in ${store.location} was not asked for what needs the weights '${subject.name}': it makes ${made.join(', ') || 'none'}; start one with more claims`,
    );
  const clean = subject.measure === undefined ? undefined : await recordedAccuracy(store, subject.measure);
  return { ...subject, clean, params: await keptWeights(store, subject.name) };
}

async function subjectOf({ store, record, experiment, setting }: OpenedRun, of: string): Promise<RunSubject> {
  const [seed, another] = record.seeds;
  if (another !== undefined)
    throw new InputError(
      `${store.location} holds the seeds ${record.seeds.join(', ')}; name one, such as ${inShell(`${store.location}/seed-${seed}`)}`,
    );
  if (!experiment.subject)
    throw new InputError(
      `the experiment '${experiment.name}' does not say what its networks are judged by; give it a subject, or attack the files in ${store.location}/weights`,
    );
  return { ...(await experiment.subject(setting, seed, of, store)), seed };
}

/** An accuracy that may not have been measured yet. */
async function recordedAccuracy(store: RunStore, measure: string): Promise<number | undefined> {
  if ((await store.read(`measures/${measure}.json`)) === undefined) return undefined;
  const { clean } = await keptMeasure<{ readonly clean: { readonly value: number } }>(store, measure);
  return clean.value;
}
