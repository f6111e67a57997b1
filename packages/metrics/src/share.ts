import type { Outcome } from './attack-slice.ts';
import type { Proven } from './certify-slice.ts';
import type { EvaluationPart } from './evaluation-part.ts';

/** What some examples came to, for all that share an evaluation. */
export interface SharedPart<T = Outcome | Proven> extends EvaluationPart<T> {
  /** Whether a spent budget of answers cut it short: it counts in the result, and is no part to resume from. Default: false. */
  readonly cutShort?: boolean;
}

/** One attack, or one certifier, on the examples that are still to be done. */
export interface SharedJob<T = Outcome | Proven> {
  /** Tells it from all other jobs; the same in all that share the evaluation. */
  readonly job: string;
  /** Where the examples stand in the batch. */
  readonly positions: readonly number[];
  /** How many of them to do at once, at most. */
  readonly batchSize: number;
  /** Does some of them here. */
  readonly work: (positions: readonly number[]) => Promise<SharedPart<T>>;
  /** To be told how many of them are done, wherever that was. */
  readonly onProgress: (examples: number) => void;
}

/**
 * Has a job done, here and elsewhere: every position once.
 *
 * @param job - The job.
 * @returns What all of its positions came to, in their order.
 */
export type Share = <T>(job: SharedJob<T>) => Promise<readonly SharedPart<T>[]>;

/** Does all of a job here, one slice after the other. */
export const inTurn: Share = async <T>({ positions, batchSize, work, onProgress }: SharedJob<T>) => {
  const parts: SharedPart<T>[] = [];
  for (let start = 0; start < positions.length; start += batchSize) {
    parts.push(await work(positions.slice(start, start + batchSize)));
    onProgress(Math.min(start + batchSize, positions.length));
  }
  return parts;
};
