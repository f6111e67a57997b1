import { InputError } from '@advml/core';

const NUMBER = String.raw`(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;

/** A sign, a number or a quotient, and nothing after it that would make it another number. */
const COMPARISON = new RegExp(
  String.raw`^\s*(>=|<=|>|<)\s*(-?${NUMBER})(?:\s*/\s*(${NUMBER}))?(?!\w|\s*%|[.,]\d|\s*[-+*/^]|\s+\d)`,
  'i',
);

/** The comparison that a bar begins with, such as `<=` and 8/255; undefined where it begins with none. */
export function comparisonIn(bar: string): { readonly sign: string; readonly at: number } | undefined {
  const [, sign, number, divisor = '1'] = COMPARISON.exec(bar) ?? [];
  return sign === undefined ? undefined : { sign, at: Number(number) / Number(divisor) };
}

/**
 * Whether a whole interval lies beyond the comparison that a bar begins with.
 *
 * @param interval - Its ends.
 * @param bar - The bar of a claim, such as `> 0.99`, `<= 8/255` or `< 0.02, with w' > 0.99`.
 * @returns Undefined where the bar begins with no comparison.
 */
export function isBeyond([low, high]: readonly [number, number], bar: string): boolean | undefined {
  const { sign, at } = comparisonIn(bar) ?? {};
  if (at === undefined) return undefined;
  if (sign === '>') return low > at;
  if (sign === '<') return high < at;
  return sign === '>=' ? low >= at : high <= at;
}

/**
 * Refuses a bar that begins as a comparison and cannot be read as one: over seeds it would count as words.
 *
 * @param claim - Id of the claim.
 * @param bar - Its bar.
 * @throws InputError with bars that can be read.
 */
export function requireBar(claim: string, bar: string): void {
  if (!/^\s*[<>≤≥]/.test(bar) || comparisonIn(bar)) return;
  throw new InputError(
    `the bar of the claim '${claim}' must begin with a comparison with a number, such as > 0.9, <= 8/255 or < 1e-3, or with words, got '${bar}'`,
  );
}
