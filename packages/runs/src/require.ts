import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';

/** What was given instead; a promise, which nobody awaits any more, ends no program where it fails. */
function got(value: unknown): string {
  if (value instanceof Promise) value.catch(() => {});
  return described(value);
}

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise);

/**
 * Refuses what is no text.
 *
 * @param what - What it is, such as `the title of mine`.
 * @param text - What must be one.
 * @throws InputError that says what it is instead.
 */
export function requireText(what: string, text: unknown): void {
  if (typeof text !== 'string') throw new InputError(`${what} must be a text, got ${described(text)}`);
}

/**
 * Refuses what is no list.
 *
 * @param rule - What must be one, such as `seeds must be a list of numbers`.
 * @param list - What was given.
 * @throws InputError that says what it is instead.
 */
export function requireList(rule: string, list: unknown): void {
  if (!Array.isArray(list)) throw new InputError(`${rule}, got ${got(list)}`);
}

/**
 * Refuses what is no record, such as a list or a promise.
 *
 * @param rule - What must be one, such as `presets must be a record of changes`.
 * @param record - What was given.
 * @throws InputError that says what it is instead.
 */
export function requireRecord(rule: string, record: unknown): void {
  if (!isRecord(record)) throw new InputError(`${rule}, got ${got(record)}`);
}

/**
 * Refuses what is no list of records.
 *
 * @param rule - What must be one, such as `overrides must be a list of records`.
 * @param list - What was given.
 * @throws InputError that says what it is instead, or what is in it.
 */
export function requireRecords(rule: string, list: readonly unknown[]): void {
  requireList(rule, list);
  const other = list.findIndex((one) => !isRecord(one));
  if (other >= 0) throw new InputError(`${rule}, got ${got(list[other])} in the list`);
}
