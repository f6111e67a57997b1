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
 * Arguments of the form KEY=TEXT by their keys.
 *
 * @param option - The option.
 * @param words - Its arguments.
 * @param read - Makes a value of the text.
 * @returns The values.
 * @throws InputError if a key or a text is missing.
 */
export function assignments<T>(
  option: keyof typeof FORMS,
  words: readonly string[] = [],
  read: (text: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1 || at === word.length - 1) throw new InputError(`--${option} takes ${FORMS[option]}, got '${word}'`);
      return [word.slice(0, at), read(word.slice(at + 1))];
    }),
  );
}
