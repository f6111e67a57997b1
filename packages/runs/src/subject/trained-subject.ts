import { InputError, type Params } from '@advml/core';
import type { ExperimentSource } from '../experiment-source.ts';
import { openRun } from '../opened-run.ts';
import { keptMeasure } from '../stages/measures.ts';
import { keptWeights } from '../stages/weights.ts';
import type { RunStore } from '../store/store.ts';
import type { Subject } from './subject.ts';

/** A network of a run that exists. */
export interface TrainedSubject extends Subject {
  /** Its weights, owned by the caller. */
  readonly params: Params;
  /** The accuracy without an attacker that its run has measured; undefined where it has not come so far. */
  readonly clean: number | undefined;
  /** The seed of the run. */
  readonly seed: number;
}

/**
 * A network that a run has trained, with its weights, its own fresh examples and its threats.
 *
 * @param store - The run's files.
 * @param source - Its experiment, or what finds it by its name.
 * @param of - Which network: `clean`, or `robust`, the one after adversarial training; other names as the run's weights have them.
 * @returns The network; the caller disposes its weights.
 * @throws InputError if the store holds no run, one of several seeds, or no such weights yet, or the run's images are gone.
 * @example
 * ```ts
 * const { network, params, examples, threats } = await trainedSubject(diskStore('runs/mine'), paper, 'robust');
 * ```
 */
export async function trainedSubject(store: RunStore, source: ExperimentSource, of: string): Promise<TrainedSubject> {
  const { record, experiment, setting } = await openRun(store, source);
  const [seed, another] = record.seeds;
  if (another !== undefined)
    throw new InputError(
      `${store.location} holds the seeds ${record.seeds.join(', ')}; name one, such as ${store.location}/seed-${seed}`,
    );
  if (!experiment.subject)
    throw new InputError(
      `the experiment '${experiment.name}' does not say what its networks are judged by; give it a subject, or attack the files in ${store.location}/weights`,
    );
  const subject = await experiment.subject(setting, seed, of, store);
  const clean = subject.measure === undefined ? undefined : await recordedAccuracy(store, subject.measure);
  return { ...subject, seed, clean, params: await keptWeights(store, subject.name) };
}

/** An accuracy that may not have been measured yet. */
async function recordedAccuracy(store: RunStore, measure: string): Promise<number | undefined> {
  if ((await store.read(`measures/${measure}.json`)) === undefined) return undefined;
  const { clean } = await keptMeasure<{ readonly clean: { readonly value: number } }>(store, measure);
  return clean.value;
}
