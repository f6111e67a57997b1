/** Letters of a name, beside seed and identity, that every disk takes with what will be in the folder. */
const LONGEST = 100;

/**
 * A value as it is shown: words as they are, all else as JSON.
 *
 * @param value - Plain JSON.
 * @returns Its text.
 * @example
 * ```ts
 * [valueText('small'), valueText([32, 16])]; // ['small', '[32,16]']
 * ```
 */
export const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What of a text may be in the name of a file on every disk. */
const plain = (text: string): string => text.replace(/^[^\w.+-]+|[^\w.+-]+$/g, '').replace(/[^\w.+-]+/g, '-');

/** The last part of each key where that tells it from the others, such as `margin` for `data.margin`. */
function shortKeys(keys: readonly string[]): readonly string[] {
  const last = keys.map((key) => key.split('.').at(-1) as string);
  return keys.map((key, at) => (last.indexOf(last[at]) === last.lastIndexOf(last[at]) ? last[at] : key));
}

/**
 * The name of a run's folder, such as `tau=0.2,margin=0.5,seed=3-1a2b3c4d`.
 *
 * @param values - Its place in the grid.
 * @param seed - Its seed.
 * @param id - Its identity, whose first digits make the name unique.
 * @param words - What stands before them, such as its experiment.
 * @returns The name.
 */
export function runName(
  values: Readonly<Record<string, unknown>>,
  seed: number,
  id: string,
  words: readonly string[] = [],
): string {
  const keys = shortKeys(Object.keys(values));
  const parts = Object.values(values).map((value, at) => `${plain(keys[at])}=${plain(valueText(value))}`);
  const readable = [...words.map(plain), ...parts].join(',').slice(0, LONGEST);
  return `${readable}${readable && ','}seed=${seed}-${id.slice(0, 8)}`;
}
