import { createHash } from 'node:crypto';
import type { RunRecord } from '../store/run-record.ts';

/** All that decides what a run leaves, on one kind of machine. */
export interface RunIdentity {
  /** Version of the program. */
  readonly version: string;
  /** Name of the experiment. */
  readonly experiment: string;
  /** Digest of its module, where it is none of those that ship. */
  readonly digest?: string;
  /** The complete setting. */
  readonly setting: unknown;
  /** The seed. */
  readonly seed: number;
}

/**
 * The identity of a run as one word.
 *
 * @param identity - What decides it.
 * @returns SHA-256 in hexadecimal digits.
 */
export function identityOf({ version, experiment, digest, setting, seed }: RunIdentity): string {
  const all = JSON.stringify([version, experiment, digest ?? null, setting, seed]);
  return createHash('sha256').update(all).digest('hex');
}

/**
 * The identity of the run in a folder, by what its record says.
 *
 * @param record - Its record.
 * @returns The same word as {@link identityOf} gives.
 */
export function identityIn({ environment, experiment, module, setting, seeds }: RunRecord): string {
  const [seed] = seeds;
  return identityOf({ version: environment.advml, experiment, digest: module?.digests.at(-1), setting, seed });
}
