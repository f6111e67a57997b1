import {
  type AnyClassifier,
  type Attack,
  type AttackResult,
  type Batch,
  type Certifier,
  describeThreat,
  InputError,
  type Key,
} from '@advml/core';
import { attackSlice, type Outcome } from './attack-slice.ts';
import { certifySlice, type Proven } from './certify-slice.ts';
import type { AttackedOptions } from './options.ts';
import { eachSlice } from './slices.ts';

/** How some examples fared under one attack, or what one certifier said of them: plain data, such as one line of a file. */
export interface EvaluationPart<T = Outcome | Proven> {
  /** A digest of model and data; the attack, its threat and its key in words, or the certifier and its threat. */
  readonly job: string;
  /** Where the examples stand in the batch. */
  readonly positions: readonly number[];
  /** How each of them fared. */
  readonly outcomes: readonly T[];
  /** What the attack, or the certifier, warned of. */
  readonly warnings: readonly string[];
}

/** One attack on some examples. */
export interface Job {
  /** The attack. */
  readonly attack: Attack;
  /** Source of its randomness. */
  readonly key: Key;
  /** Which examples. */
  readonly positions: readonly number[];
  /** Their own radii, in the same order. Default: the threat's. */
  readonly radii?: readonly number[];
}

/** What a {@link jobRunner} takes beside the usual. */
export interface RunnerOptions extends AttackedOptions {
  /** What was done before. */
  readonly done?: readonly EvaluationPart[];
  /** Told what each slice came to. */
  readonly onPart?: (part: EvaluationPart) => void;
  /** Tells model and data from others, where parts are kept. Default: nothing does. */
  readonly fingerprint?: string;
  /** How many jobs there will be at most, for the progress. */
  readonly jobs: number;
}

/** Runs attacks and certifiers, a slice at a time, and never twice what is done already. */
export interface JobRunner {
  /** All that the jobs so far have spent, now or before. */
  readonly cost: { gradients: number; queries: number };
  /** What was warned of. */
  readonly warnings: Set<string>;
  /** Gives the outcomes of an attack, in the order of its positions. */
  run(job: Job): Promise<readonly Outcome[]>;
  /** Gives what a certifier says of the examples at some positions, in their order. */
  prove(certifier: Certifier, positions: readonly number[]): Promise<readonly Proven[]>;
}

/** What was done before, by job and position. */
function memory(done: readonly EvaluationPart[], count: number): Map<string, Map<number, Outcome | Proven>> {
  const known = new Map<string, Map<number, Outcome | Proven>>();
  for (const { job, positions, outcomes } of done) {
    if (positions.length !== outcomes.length || positions.some((at) => !(at >= 0 && at < count)))
      throw new InputError(`a part to resume from does not fit ${count} examples: '${job}'; start without it`);
    const own = known.get(job) ?? new Map<number, Outcome | Proven>();
    for (const [at, position] of positions.entries()) own.set(position, outcomes[at]);
    known.set(job, own);
  }
  return known;
}

/** Work on some examples, by a name that tells it from all other work. */
interface Sweep<T> {
  readonly job: string;
  readonly label: string;
  readonly positions: readonly number[];
  /** Does the work; what a spent budget cut short counts, but is not done: it is no part to resume from. */
  work(
    slice: Batch,
    chosen: readonly number[],
  ): Promise<Omit<EvaluationPart<T>, 'job' | 'positions'> & Pick<AttackResult, 'cutShort'>>;
}

/**
 * A runner of attacks and certifiers on one model and batch.
 *
 * @param model - The model under attack.
 * @param batch - All examples.
 * @param options - Indices, size of a slice, signal, what is done, and who is told.
 * @returns See {@link JobRunner}.
 */
export function jobRunner(model: AnyClassifier, batch: Batch, options: RunnerOptions): JobRunner {
  const { done = [], fingerprint = '', onPart, onProgress, indices, signal } = options;
  const warnings = new Set(done.flatMap((part) => part.warnings));
  const cost = { gradients: 0, queries: 0 };
  const count = batch.x.shape[0];
  const known = memory(done, count);
  let finished = 0;

  const sweep = async <T extends Outcome | Proven>({
    job,
    label,
    positions,
    work,
  }: Sweep<T>): Promise<readonly T[]> => {
    const outcomes = (known.get(job) ?? new Map()) as Map<number, T>; // a job's name tells what its outcomes are
    known.set(job, outcomes);
    const missing = positions.filter((position) => !outcomes.has(position));
    const progress = (slices: number) =>
      onProgress?.((finished + 1) * count - missing.length + slices, options.jobs * count);
    await eachSlice(batch, missing, { ...options, onProgress: progress }, label, async (slice, chosen) => {
      const { cutShort, ...part } = await work(slice, chosen);
      for (const [at, position] of chosen.entries()) outcomes.set(position, part.outcomes[at]);
      for (const warning of part.warnings) warnings.add(warning);
      if (!cutShort) onPart?.({ job, positions: chosen, ...part });
    });
    finished++;
    return positions.map((position) => outcomes.get(position) as T);
  };

  const run = async ({ attack, key, positions, radii }: Job): Promise<readonly Outcome[]> => {
    const radiusAt = radii && new Map(positions.map((position, at) => [position, radii[at]]));
    const found = await sweep<Outcome>({
      job: `${fingerprint} | ${attack.label} | ${describeThreat(attack.threat)} | ${key.path}`,
      label: attack.label,
      positions,
      work: (slice, chosen) =>
        attackSlice(model, slice, chosen, attack, {
          key,
          indices: chosen.map((position) => (indices ? indices[position] : position)),
          eps: radiusAt && chosen.map((position) => radiusAt.get(position) as number),
          signal,
        }),
    });
    for (const { gradients, queries } of found) {
      cost.gradients += gradients;
      cost.queries += queries;
    }
    return found;
  };

  const prove = (certifier: Certifier, positions: readonly number[]) =>
    sweep<Proven>({
      job: `${fingerprint} | ${certifier.label} | ${describeThreat(certifier.threat)} | certificate`,
      label: certifier.label,
      positions,
      work: (slice, chosen) => certifySlice(model, slice, chosen, certifier, signal),
    });

  return { warnings, cost, run, prove };
}
