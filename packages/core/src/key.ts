import { described } from './described.ts';
import { InputError } from './errors.ts';
import { normalQuantile } from './normal-quantile.ts';
import { requireInteger, requireNonNegative } from './require.ts';
import { hashName, threefry } from './threefry.ts';

/**
 * A splittable source of random numbers: a value, not a stream.
 *
 * The same key always gives the same numbers, in Node and in every browser. Different work takes
 * different children, so results depend on names and never on the order of calls or on the batch size.
 *
 * @example
 * ```ts
 * const run = key('run', 7);
 * const start = run.child('attack').child(41).normal(1536); // example 41's own numbers
 * ```
 */
export interface Key {
  /** The names that lead here, such as `run/7/attack`. */
  readonly path: string;
  /** Its two 32-bit words, the key of Threefry-2x32-20: what another implementation of the draws below starts from. */
  readonly words: readonly [number, number];
  /**
   * The key below this one with the given names; `a.child('b', 1)` is `a.child('b').child(1)`.
   *
   * @param names - Strings or integers.
   */
  child(...names: readonly (string | number)[]): Key;
  /**
   * Random 32-bit words.
   *
   * @param count - How many.
   */
  bits(count: number): Uint32Array;
  /**
   * Uniform numbers on [low, high), on a grid of 2^-24 of the width; rounding to float32 may give `high` itself where
   * `low` is not 0.
   *
   * @param count - How many.
   * @param low - Smallest value. Default: 0.
   * @param high - End of the range. Default: 1.
   */
  uniform(count: number, low?: number, high?: number): Float32Array;
  /**
   * Independent Gaussian numbers with mean zero.
   *
   * @param count - How many.
   * @param deviation - Standard deviation. Default: 1.
   */
  normal(count: number, deviation?: number): Float32Array;
  /**
   * Independent random signs, -1 or +1.
   *
   * @param count - How many.
   */
  signs(count: number): Float32Array;
}

/** One number for each random word; a loop, as `Float32Array.from` takes four times as long. */
function fromWords(words: Uint32Array, number: (word: number) => number): Float32Array {
  const numbers = new Float32Array(words.length);
  for (let at = 0; at < words.length; at++) numbers[at] = number(words[at]);
  return numbers;
}

const DRAW = 0;
const CHILD = 0x80000000;

/** Keys are made by the thousand at every step of training, so names are put together only where they are read. */
class ThreefryKey implements Key {
  readonly #parent: ThreefryKey | undefined;
  readonly #name: string | number;
  readonly #high: number;
  readonly #low: number;

  constructor(parent: ThreefryKey | undefined, name: string | number, high: number, low: number) {
    this.#parent = parent;
    this.#name = name;
    this.#high = high;
    this.#low = low;
    Object.freeze(this);
  }

  get path(): string {
    const above = this.#parent?.path ?? '';
    return above === '' ? `${this.#name}` : `${above}/${this.#name}`;
  }

  get words(): [number, number] {
    return [this.#high, this.#low];
  }

  child(...names: readonly (string | number)[]): Key {
    return names.reduce<ThreefryKey>((parent, name) => {
      if (typeof name !== 'string' && !(Number.isSafeInteger(name) && name >= 0))
        throw new InputError(
          `child of key ${parent.path} must be a string or an integer >= 0, got ${typeof name === 'number' ? name : described(name)}`,
        );
      const [h0, h1] = hashName(name);
      const [high, low] = threefry(parent.#high, parent.#low, h0, (h1 | CHILD) >>> 0);
      return new ThreefryKey(parent, name, high, low);
    }, this);
  }

  bits(count: number): Uint32Array {
    requireInteger({ count });
    const words = new Uint32Array(count);
    for (let at = 0; at < count; at += 2) {
      const [first, second] = threefry(this.#high, this.#low, at >>> 1, DRAW);
      words[at] = first;
      if (at + 1 < count) words[at + 1] = second;
    }
    return words;
  }

  uniform(count: number, low = 0, high = 1): Float32Array {
    return fromWords(this.bits(count), (word) => low + (high - low) * (word >>> 8) * 2 ** -24);
  }

  normal(count: number, deviation = 1): Float32Array {
    requireNonNegative({ deviation });
    return fromWords(this.bits(count), (word) => deviation * normalQuantile((word + 0.5) * 2 ** -32));
  }

  signs(count: number): Float32Array {
    return fromWords(this.bits(count), (word) => (word >>> 31 ? 1 : -1));
  }
}

/**
 * The root key of some names, usually what the work is and its seed.
 *
 * @param names - Strings or integers; at least one.
 * @returns A key; see {@link Key}.
 * @throws InputError if a number is not an integer >= 0.
 * @example
 * ```ts
 * key('paper', 0).child('init').normal(3);
 * ```
 * @see Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, 2011 (the generator, Threefry-2x32-20);
 * Claessen, Palka: Splittable Pseudorandom Number Generators using Cryptographic Hashing, 2013 (the splitting).
 */
export function key(...names: readonly [string | number, ...(string | number)[]]): Key {
  return new ThreefryKey(undefined, '', 0, 0).child(...names);
}

/**
 * Refuses what is no key, such as a seed.
 *
 * @param name - What the value is, as the caller knows it.
 * @param value - What the user gave.
 * @throws {@link InputError} that says how to make a key of it.
 * @example
 * ```ts
 * requireKey('key', options.key);
 * ```
 */
export function requireKey(name: string, value: Key): void {
  if (typeof (value as Partial<Key> | undefined)?.child === 'function') return;
  const seed = Number.isSafeInteger(value) ? value : 7;
  throw new InputError(`${name} must be a key, such as key('run', ${seed}), got ${described(value)}`);
}

/**
 * One key an example, by the example's index in its data set, so that a draw does not depend on the batch.
 *
 * @param parent - The key of the work at hand.
 * @param count - How many examples the batch has.
 * @param indices - Their indices. Default: 0, 1, 2, ...
 * @returns `count` keys.
 * @throws InputError if `parent` is no key, or there are not `count` indices.
 * @example
 * ```ts
 * const keys = exampleKeys(key('attack', 0), 2, [40, 41]);
 * ```
 */
export function exampleKeys(parent: Key, count: number, indices?: readonly number[]): readonly Key[] {
  requireKey('key', parent);
  if (indices && indices.length !== count)
    throw new InputError(`indices must be ${count}, one an example, got ${indices.length}`);
  return Array.from({ length: count }, (_, at) => parent.child(indices ? indices[at] : at));
}
