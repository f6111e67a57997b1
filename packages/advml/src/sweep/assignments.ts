import { InputError } from '@advml/core';
import { parseValue } from '@advml/runs';

/** What the options that are given by key take. */
const FORMS = {
  set: 'KEY=VALUE',
  grid: 'KEY=V1,V2',
  vary: 'KEY=LOW..HIGH or KEY=V1,V2',
  rungs: 'KEY=V1,V2,V3 from short to long',
} as const;

/**
 * The values of `--grid tau=0.1,0.2`.
 *
 * @param text - What stands after the equals sign.
 * @returns JSON where the values are that, words otherwise.
 */
export function valuesIn(text: string): readonly unknown[] {
  const together = parseValue(`[${text}]`);
  return Array.isArray(together) ? together : text.split(',').map(parseValue);
}

/**
 * Arguments of the form KEY=TEXT by their keys; of `--set` the last of a key counts.
 *
 * @param option - The option.
 * @param words - Its arguments.
 * @param read - Makes a value of the text.
 * @returns The values.
 * @throws InputError if a key or a text is missing, or a key is there twice.
 */
export function assignments<T>(
  option: keyof typeof FORMS,
  words: readonly string[] = [],
  read: (text: string) => T,
): Readonly<Record<string, T>> {
  const found = new Map<string, T>();
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1 || at === word.length - 1) throw new InputError(`--${option} takes ${FORMS[option]}, got '${word}'`);
    const key = word.slice(0, at);
    if (found.has(key) && option !== 'set')
      throw new InputError(`--${option} has '${key}' twice; give all its values at once, as ${FORMS[option]}`);
    found.set(key, read(word.slice(at + 1)));
  }
  return Object.fromEntries(found);
}
