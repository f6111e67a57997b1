import { AbortedError, InputError } from '@advml/core';
import { DivergedError, ExperimentError, FormatError } from '@advml/runs';
import type { Terminal } from './terminal.ts';

/** Errors that the user can mend: told in a line, without a stack. */
const isUsersToMend = (error: unknown): error is Error =>
  error instanceof InputError || error instanceof FormatError || error instanceof DivergedError;

/**
 * Tells what a command ended with.
 *
 * @param error - What it threw.
 * @param terminal - Where to write.
 * @returns The exit code.
 */
export function tell(error: unknown, terminal: Terminal): number {
  if (error instanceof AbortedError) return 130;
  if (isUsersToMend(error)) {
    terminal.error(error.message);
    return 2;
  }
  if (error instanceof ExperimentError) {
    terminal.error(`${error.message}\n${(error.stack ?? '').split('\n').slice(1, 6).join('\n')}`);
    return 1;
  }
  // Told here, since the WASM backend's handler of uncaught errors would print its own source first.
  terminal.error(`this should not have happened: ${error instanceof Error ? error.stack : error}`);
  return 1;
}
