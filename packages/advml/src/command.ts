import { type ParseArgsConfig, parseArgs } from 'node:util';
import { InputError } from '@advml/core';
import { closestMatch } from 'leven';
import type { Terminal } from './terminal/terminal.ts';

/** Options of a command, in the form that `parseArgs` of Node takes. */
export type Options = NonNullable<ParseArgsConfig['options']>;

/** A command of the program, as its module defines it; `main.ts` has its name. */
export interface Command {
  /** The whole help text: usage, options, examples. */
  readonly help: string;
  /**
   * Does it.
   *
   * @param args - The words after the command's name.
   * @param terminal - Where to write.
   * @returns The exit code.
   */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/**
 * Options and other words of a command line; anything unknown is refused.
 *
 * @param args - The words after the command's name.
 * @param options - What is allowed.
 * @returns Values by option, and the other words.
 * @throws InputError that names the bad word.
 */
export function readArgs<const T extends Options>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    const [message] = (error as Error).message.split('. To specify'); // what a positional word beginning with - would need
    const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
    const likely = known.toSorted((a, b) => Number(b[2] === unknown?.[2]) - Number(a[2] === unknown?.[2])); // the first letter is seldom wrong
    const near = unknown && closestMatch(unknown, likely, { maxDistance: Math.ceil(unknown.length / 3) });
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    throw new InputError(`${message}${meant}\nknown options: ${known.join(' ') || 'none'}`);
  }
}

/**
 * A whole number from a command line.
 *
 * @param name - The option's name.
 * @param text - What was given.
 * @param least - The smallest value allowed.
 * @returns The number.
 * @throws InputError if it is none.
 */
export function readInteger(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
    throw new InputError(`--${name} must be an integer >= ${least}, got '${text}'`);
  return value;
}

/**
 * A path from a command line.
 *
 * @param name - The option's name.
 * @param text - What was given.
 * @param example - A path of its kind.
 * @returns The path.
 * @throws InputError if it is empty, as where a shell's variable is not set.
 */
export function readPath(name: string, text: string, example: string): string {
  if (text.trim() === '') throw new InputError(`--${name} must be a path, such as ${example}, got '${text}'`);
  return text;
}
