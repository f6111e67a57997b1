import { InputError, type Key } from '@advml/core';
import { binomialTable, countAt } from './binomial.ts';

/** The hidden codes `z` of some examples, as compressed sparse rows. */
export interface SparseCodes {
  /** Where each example's entries start, [batch + 1]; the last one is their number. */
  readonly offsets: Int32Array;
  /** The atom of each entry, rising within an example. */
  readonly atoms: Int32Array;
  /** The value of each entry. */
  readonly values: Float32Array;
}

/** What decides the law of the codes. */
export interface CodeLaw {
  /** Number of coordinates, D. */
  readonly atoms: number;
  /** Mean number of weak coordinates, k. */
  readonly active: number;
  /** Mean number of strong coordinates. */
  readonly strongRate: number;
  /** Examples with `|<w*, z>|` below it are drawn again, gamma. */
  readonly margin: number;
  /** The weights that decide the label, [D]. */
  readonly wStar: Float32Array;
}

/** One example's hidden code and what it means. */
export interface Code {
  /** The coordinates that are on, rising. */
  readonly atoms: readonly number[];
  /** Their values. */
  readonly values: readonly number[];
  /** `<w*, z>`, whose sign is the label. */
  readonly signal: number;
}

/** Sums of the same levels in another order differ by rounding; no smaller share of the largest weight counts as a difference. */
const ROUNDING = 1e-6;
const ATTEMPTS = 100_000;

/** `count` different numbers below `end`, each set equally likely (Floyd's algorithm), rising. */
function distinct(words: Uint32Array, count: number, end: number): number[] {
  const chosen = new Set<number>();
  for (let at = 0, top = end - count; top < end; at++, top++) {
    const draw = Math.floor(words[at] * 2 ** -32 * (top + 1));
    chosen.add(chosen.has(draw) ? top : draw);
  }
  return [...chosen].sort((a, b) => a - b);
}

/**
 * Draws codes: coordinates are independent, on with their probabilities, of either sign; near-ties are drawn again.
 *
 * How many are on is binomial, which ones a uniform set of that size: the law of independent coordinates, without a
 * look at those that are off. Probabilities are exact to the generator's grid of 2^-32.
 *
 * @param law - See {@link CodeLaw}.
 * @returns A function from an example's key to its code.
 */
export function codeSampler({ atoms, active, strongRate, margin, wStar }: CodeLaw): (key: Key) => Code {
  const table = binomialTable(atoms, (active + strongRate) / atoms);
  const strongShare = strongRate / (active + strongRate);
  const weak = 1 / Math.sqrt(active);
  const rounding = ROUNDING * wStar.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const least = Math.max(margin - rounding, rounding);

  const draw = (key: Key): Code => {
    const [high, low] = key.bits(2);
    const count = countAt(table, (high * 2 ** 21 + (low >>> 11)) * 2 ** -53);
    const words = key.bits(2 + 2 * count).subarray(2);
    const on = distinct(words, count, atoms);
    const values = on.map((_, at) => {
      const word = words[count + at]; // the top bit is the sign, the others decide the size
      const size = (word & 0x7fffffff) * 2 ** -31 < strongShare ? 1 : weak;
      return word >>> 31 ? size : -size;
    });
    return { atoms: on, values, signal: values.reduce((sum, value, at) => sum + value * wStar[on[at]], 0) };
  };

  return (key) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const code = draw(key.child(attempt));
      if (Math.abs(code.signal) >= least) return code;
    }
    throw new InputError(
      `margin must leave examples: none of ${ATTEMPTS} draws had |<w*, z>| >= ${margin}; lower margin or raise active`,
    );
  };
}

/** The codes of a batch as compressed sparse rows. */
export function packCodes(codes: readonly Code[]): SparseCodes {
  const offsets = new Int32Array(codes.length + 1);
  for (const [at, code] of codes.entries()) offsets[at + 1] = offsets[at] + code.atoms.length;
  const atoms = new Int32Array(offsets[codes.length]);
  const values = new Float32Array(offsets[codes.length]);
  let entry = 0;
  for (const code of codes) {
    for (let at = 0; at < code.atoms.length; at++, entry++) {
      atoms[entry] = code.atoms[at];
      values[entry] = code.values[at];
    }
  }
  return { offsets, atoms, values };
}
