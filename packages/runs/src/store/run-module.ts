import { InputError } from '@advml/core';
import { z } from 'zod';

/** A file that an experiment of the user's own comes from. */
export interface ModuleVersion {
  /** Its path, or the name of its package. */
  readonly path: string;
  /** SHA-256 of its text and of all files that it imports by relative paths, in hexadecimal digits. */
  readonly digest: string;
}

/** The file that the experiment of a run comes from, as `run.json` has it. */
export interface RunModule {
  /** Its path, or the name of its package. */
  readonly path: string;
  /** What it was when the run began, then each change with which somebody chose to go on; see {@link ModuleVersion}. */
  readonly digests: readonly string[];
  /** What it was when the finished run was last reported, where that is another. */
  readonly reported?: string;
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** The form of a {@link RunModule}. */
export const runModule = z.strictObject({
  path: z.string(),
  digests: z.array(digest).min(1),
  reported: digest.optional(),
}) satisfies z.ZodType<RunModule>;

/**
 * The module of a run that goes on; one that has changed is refused, unless that is what the user wants.
 *
 * @param location - Where the run is, for the message.
 * @param before - The module that the run has, if its experiment comes from one.
 * @param now - The module that is there now, if the experiment comes from one.
 * @param mayChange - Whether the user wants to go on with a changed one.
 * @returns The module of the run from now on.
 * @throws InputError with the way out.
 */
export function sameModule(
  location: string,
  before: RunModule | undefined,
  now: ModuleVersion | undefined,
  mayChange: boolean,
): RunModule | undefined {
  if (!before || !now) return before;
  const { path, digests } = before;
  if (digests.at(-1) === now.digest) return { path, digests };
  if (mayChange) return { path: now.path, digests: [...digests, now.digest] };
  throw new InputError(
    `${now.path} has changed since the run in ${location} began, so that it may mean other data, networks and results; start a run of it in another folder, or go on all the same with --changed`,
  );
}

/**
 * The module of a finished run that is only reported anew: what its stages were made with stays.
 *
 * @param before - The module that the run has.
 * @param now - Its module from now on, had something been made.
 * @returns What `run.json` is to say.
 */
export function reportedBy(before: RunModule | undefined, now: RunModule | undefined): RunModule | undefined {
  if (!before || !now) return before;
  const { path, digests } = before;
  const reported = now.digests.at(-1);
  return { path, digests, ...(reported !== digests.at(-1) && { reported }) };
}
