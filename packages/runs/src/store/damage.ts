import { InputError } from '@advml/core';
import { FormatError } from '@advml/formats';
import { z } from 'zod';
import type { RunStore } from './store.ts';

const isDamage = (error: unknown): error is Error =>
  [FormatError, InputError, SyntaxError, RangeError, z.ZodError].some((kind) => error instanceof kind);

/**
 * Reads a file's content; one that is not as it was written is refused with the way out.
 *
 * @param store - The run's files.
 * @param file - Its name.
 * @param wayOut - What to do about it.
 * @param read - Makes sense of the content.
 * @returns What was read.
 * @throws InputError if the content makes no sense.
 */
export async function readable<T>(
  { location }: RunStore,
  file: string,
  wayOut: string,
  read: () => T | Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    const inLine = reason.replace(/\s+/g, ' ');
    throw new InputError(`${location}/${file} cannot be used (${inLine}); ${wayOut}`, { cause: error });
  }
}
