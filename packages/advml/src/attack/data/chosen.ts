import { readFile } from 'node:fs/promises';
import { InputError } from '@advml/core';
import type { SafeTensor } from '@advml/formats';
import { sizeOf } from './raw-examples.ts';

/** Which examples are wanted: the first ones, or those at some places. */
export interface Choice {
  /** How many, the first ones. Default: all. */
  readonly first?: number;
  /** `0,5,10-19`, or a file with such text. */
  readonly indices?: string;
}

const LIST = /^\d+(-\d+)?([\s,]+\d+(-\d+)?)*$/;

function numbersIn(text: string, most: number): number[] {
  return text.split(/[\s,]+/).flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    if (to < from || to >= most)
      throw new InputError(`--indices must be places from 0 to ${most - 1}, such as 0,5,10-19, got '${part}'`);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}

async function listOf(told: string): Promise<string> {
  if (LIST.test(told.trim())) return told.trim();
  const text = await readFile(told, 'utf8').catch((error: Error) => {
    throw new InputError(
      `--indices must be a list, such as 0,5,10-19, or a file of one, got '${told}': ${error.message}`,
    );
  });
  const list = text.replace(/^\s*\[|\]\s*$/g, '').trim(); // a list of JSON too
  if (!LIST.test(list)) throw new InputError(`${told} must hold places such as 0,5,10-19, got '${list.slice(0, 40)}'`);
  return list;
}

/**
 * Where the wanted examples stand.
 *
 * @param choice - Which are wanted.
 * @param count - How many there are.
 * @returns Places in the order wanted; undefined where the order is that of the data, from the first on.
 * @throws InputError if a place does not exist or is wanted twice, or there is no such file.
 */
export async function chosen({ indices }: Choice, count: number): Promise<readonly number[] | undefined> {
  if (indices === undefined) return undefined;
  const places = numbersIn(await listOf(indices), count);
  const twice = places.find((place, at) => places.indexOf(place) !== at);
  if (twice !== undefined) throw new InputError(`--indices must name each example once, got ${twice} twice`);
  return places;
}

/** The entries of an array [n, ...] at some places of its first axis. */
export function entriesAt<T extends SafeTensor>(array: T, places: readonly number[]): T {
  const size = sizeOf(array.shape.slice(1));
  const data = array.data.slice(0, 0).constructor as new (length: number) => typeof array.data;
  const taken = new data(places.length * size);
  for (const [at, place] of places.entries())
    taken.set(array.data.subarray(place * size, (place + 1) * size) as never, at * size);
  return { ...array, shape: [places.length, ...array.shape.slice(1)], data: taken };
}
