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
import { described, requireInteger } from '@advml/core/internal';
import { attackSlice, type Outcome } from './attack-slice.ts';
import { certifySlice, type Proven } from './certify-slice.ts';
import type { EvaluationPart } from './evaluation-part.ts';
import type { AttackedOptions } from './options.ts';
import { inTurn, type Share } from './share.ts';
import { onSlice } from './slices.ts';

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
  /** Tells it from others whose attacks have the same label. Default: the label does. */
  readonly name?: string;
}

/** What a {@link jobRunner} takes beside the usual. */
export interface RunnerOptions extends AttackedOptions {
  /** What was done before. */
  readonly done?: readonly EvaluationPart[];
  /** Told what each slice came to. */
  readonly onPart?: (part: EvaluationPart) => void;
  /** Tells examples and the model's margins on them from others, where parts are kept. Default: nothing does. */
  readonly fingerprint?: string;
  /** How many jobs there will be at most, for the progress. */
  readonly jobs: number;
  /** Who does what, where several make the same evaluation. Default: all is done here. */
  readonly share?: Share;
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

/** What to say of a part that is none of these examples'. */
const misfit = (count: number, what: string) =>
  new InputError(`a part to resume from does not fit ${count} examples: ${what}; start without it`);

/** What was done before, by job. */
function memory(done: readonly EvaluationPart[], count: number): Map<string, EvaluationPart[]> {
  if (!Array.isArray(done))
    throw new InputError(`done must be an array of what onPart was told, got ${described(done)}`);
  const known = new Map<string, EvaluationPart[]>();
  for (const part of done as readonly EvaluationPart[]) {
    if (typeof part?.job !== 'string') throw misfit(count, described(part));
    const own = known.get(part.job);
    if (own) own.push(part);
    else known.set(part.job, [part]);
  }
  return known;
}

/** What every field of an outcome is, where nothing has damaged it. */
type Fields<T> = { readonly [Name in keyof T]: (value: unknown) => boolean };
const isNumber = (value: unknown) => typeof value === 'number' && !Number.isNaN(value);
const orNull = (value: unknown) => value === null || isNumber(value);
const OUTCOME: Fields<Outcome> = {
  margin: Number.isFinite,
  distance: Number.isFinite,
  gradients: Number.isFinite,
  queries: Number.isFinite,
  zeroGradient: (value) => typeof value === 'boolean',
};
const PROVEN: Fields<Proven> = {
  bound: orNull,
  outputSize: isNumber,
  inputSize: isNumber,
  margin: orNull,
  distance: orNull,
};

/** Refuses parts of a job that cannot be what came of it. */
function requireFitting<T>(parts: readonly EvaluationPart<T>[], fields: Fields<T>, count: number): void {
  const isPosition = (at: number) => Number.isInteger(at) && at >= 0 && at < count;
  const isWhole = (outcome: T) =>
    Object.entries<(value: unknown) => boolean>(fields).every(([name, holds]) => holds(Object(outcome)[name]));
  for (const { job, positions, outcomes, warnings } of parts) {
    const areLists = [positions, outcomes, warnings].every(Array.isArray);
    if (!areLists || positions.length !== outcomes.length || !positions.every(isPosition) || !outcomes.every(isWhole))
      throw misfit(count, `'${job}'`);
  }
}

/** What each example of some parts came to. */
const outcomesOf = <T>(parts: readonly EvaluationPart<T>[]): Map<number, T> =>
  new Map(
    parts.flatMap(({ positions, outcomes }) => positions.map((position, at) => [position, outcomes[at]] as const)),
  );

/** Work on some examples, by a name that tells it from all other work. */
interface Sweep<T> {
  readonly job: string;
  readonly label: string;
  readonly positions: readonly number[];
  readonly fields: Fields<T>;
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
  const { done = [], fingerprint = '', onPart, onProgress, indices, signal, batchSize = 256, share = inTurn } = options;
  requireInteger({ batchSize }, 1);
  const warnings = new Set<string>();
  const cost = { gradients: 0, queries: 0 };
  const count = batch.x.shape[0];
  const known = memory(done, count);
  let finished = 0;

  const sweep = async <T extends Outcome | Proven>({
    job,
    label,
    positions,
    fields,
    work,
  }: Sweep<T>): Promise<readonly T[]> => {
    const before = (known.get(job) ?? []) as EvaluationPart<T>[]; // a job's name tells what its outcomes are
    requireFitting(before, fields, count);
    const isKnown = outcomesOf(before);
    const missing = positions.filter((position) => !isKnown.has(position));
    const here = async (chosen: readonly number[]) => {
      const found = await onSlice(batch, chosen, signal, label, (slice) => work(slice, chosen));
      const { cutShort, ...part } = { job, positions: chosen, ...found };
      if (!cutShort) onPart?.(part);
      return { ...part, ...(cutShort && { cutShort }) };
    };
    const progress = (examples: number) =>
      onProgress?.((finished + 1) * count - missing.length + examples, options.jobs * count);
    const shared = { job, positions: missing, batchSize, work: here, onProgress: progress };
    const made = missing.length > 0 ? await share<T>(shared) : [];
    const all = [...before, ...made];
    known.set(job, all);
    for (const warning of all.flatMap((part) => part.warnings).sort()) warnings.add(warning); // whoever did which examples
    finished++;
    const outcomes = outcomesOf(all);
    return positions.map((position) => outcomes.get(position) as T);
  };

  const run = async ({ attack, key, positions, radii, name }: Job): Promise<readonly Outcome[]> => {
    const radiusAt = radii && new Map(positions.map((position, at) => [position, radii[at]]));
    const found = await sweep<Outcome>({
      job: [fingerprint, attack.label, describeThreat(attack.threat), key.path, ...(name ? [name] : [])].join(' | '),
      label: attack.label,
      positions,
      fields: OUTCOME,
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
      fields: PROVEN,
      work: (slice, chosen) => certifySlice(model, slice, chosen, certifier, signal),
    });

  return { warnings, cost, run, prove };
}
