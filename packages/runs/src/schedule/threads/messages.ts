import { AbortedError, InputError } from '@advml/core';
import { FormatError } from '@advml/formats';
import { DivergedError } from '@advml/training';
import type { RunEvent } from '../../events.ts';
import { ExperimentError } from '../../experiment-error.ts';

/** What a run asks of a worker thread: to make a stage of the run in a folder, or to stop the stage at hand. */
export type Request =
  | { readonly type: 'make'; readonly folder: string; readonly stage: string }
  | { readonly type: 'stop' };

/** How a stage ended: made, unless there is an error. */
export interface Ended {
  /** Tells it from an event. */
  readonly type: 'ended';
  /** What it threw. */
  readonly error?: SentError;
}

/** What a worker thread answers. */
export type Reply = { readonly type: 'event'; readonly event: RunEvent } | Ended;

/** An error on its way between threads, which would forget its class. */
export interface SentError {
  /** Name of its class. */
  readonly name: string;
  /** What it says. */
  readonly message: string;
  /** Where it was thrown. */
  readonly stack?: string;
  /** Its numbers and words, such as the step of a DivergedError. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** The errors that are told apart by their class. */
const classes = new Map<string, { readonly prototype: Error }>(
  Object.entries({ AbortedError, DivergedError, ExperimentError, FormatError, InputError }),
);

/**
 * An error in a form that can be sent.
 *
 * @param thrown - What was thrown.
 * @returns The form.
 */
export function sendable(thrown: unknown): SentError {
  const { name, message, stack, ...own } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const plain = Object.entries(own).filter(([, value]) => ['number', 'string', 'boolean'].includes(typeof value));
  return { name, message, stack, more: Object.fromEntries(plain) };
}

/**
 * The error that was sent, of its own class and with the stack of its own thread.
 *
 * @param sent - The form of {@link sendable}.
 * @returns An error to throw.
 */
export function received({ name, message, stack, more }: SentError): Error {
  const error = Object.assign(new Error(message), more, { name, stack });
  return Object.setPrototypeOf(error, classes.get(name)?.prototype ?? Error.prototype);
}
