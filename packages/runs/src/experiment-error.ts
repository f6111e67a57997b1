import { AbortedError, InputError } from '@advml/core';
import { FormatError } from '@advml/formats';
import { DivergedError } from '@advml/training';

/** The code of an experiment threw something; the message says which part of it, the stack where. */
export class ExperimentError extends Error {
  /** `ExperimentError`. */
  override readonly name = 'ExperimentError';
}

/**
 * What the code of an experiment threw, as an error that says which part of it did.
 *
 * @param part - Such as `the stage 'clean'`.
 * @param thrown - What it threw.
 * @returns An {@link ExperimentError}, or an InputError that begins with the part; an error that says enough itself, as it is.
 */
export function blamed(part: string, thrown: unknown): unknown {
  if ([AbortedError, DivergedError, ExperimentError, FormatError].some((kind) => thrown instanceof kind)) return thrown;
  const options = { cause: thrown };
  if (thrown instanceof InputError) return new InputError(`${part}: ${thrown.message}`, options);
  const [what, stack] =
    thrown instanceof Error
      ? [`${thrown.name}: ${thrown.message}`, thrown.stack]
      : [thrown === undefined ? 'without a reason' : String(thrown)];
  return Object.assign(new ExperimentError(`${part} failed: ${what}`, options), stack !== undefined && { stack });
}

/**
 * A function of an experiment's own code whose errors say which part of the experiment it is.
 *
 * @param part - Such as `the stage 'clean'`.
 * @param work - The function.
 * @returns The same function; it throws an {@link ExperimentError}, or an InputError that begins with the part, in place of what
 * the code threw.
 */
export function blaming<Args extends readonly unknown[], Result>(
  part: string,
  work: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    try {
      const result = work(...args);
      if (!(result instanceof Promise)) return result;
      return result.catch((thrown) => {
        throw blamed(part, thrown);
      }) as Result;
    } catch (thrown) {
      throw blamed(part, thrown);
    }
  };
}
