import { InputError, type Params } from '@advml/core';
import { experimentNamed } from '../experiments.ts';
import { keptMeasure } from './measures.ts';
import { readRunRecord } from './run-record.ts';
import { parseSetting } from './settings.ts';
import type { RunStore } from './store.ts';
import type { Subject } from './subject.ts';
import { keptWeights } from './weights.ts';

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
 * @param of - Which network: `clean`, or `robust`, the one after adversarial training; other names as the run's weights have them.
 * @returns The network; the caller disposes its weights.
 * @throws InputError if the store holds no run, one of several seeds, or no such weights yet, or the run's images are gone.
 * @example
 * ```ts
 * const { network, params, examples, threats } = await trainedSubject(diskStore('runs/mine'), 'robust');
 * ```
 */
export async function trainedSubject(store: RunStore, of: string): Promise<TrainedSubject> {
  const record = await readRunRecord(store);
  if (!record)
    throw new InputError(`${store.location} holds no run; start one with 'advml run --out ${store.location}'`);
  const [seed, another] = record.seeds;
  if (another !== undefined)
    throw new InputError(
      `${store.location} holds the seeds ${record.seeds.join(', ')}; name one, such as ${store.location}/seed-${seed}`,
    );
  const experiment = experimentNamed(record.experiment);
  const subject = await experiment.subject(parseSetting(experiment.schema, [record.setting]), seed, of, store);
  const clean = await recordedAccuracy(store, subject.measure);
  return { ...subject, seed, clean, params: await keptWeights(store, subject.name) };
}

/** An accuracy that may not have been measured yet. */
async function recordedAccuracy(store: RunStore, measure: string): Promise<number | undefined> {
  if ((await store.read(`measures/${measure}.json`)) === undefined) return undefined;
  const { clean } = await keptMeasure<{ readonly clean: { readonly value: number } }>(store, measure);
  return clean.value;
}
