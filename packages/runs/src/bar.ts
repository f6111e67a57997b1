const COMPARISON = /^(>=|<=|>|<) *(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.%])/;

/**
 * Whether a whole interval lies beyond the comparison that a bar begins with.
 *
 * @param interval - Its ends.
 * @param bar - The bar of a claim, such as `> 0.99` or `< 0.02, with w' > 0.99`.
 * @returns Undefined where the bar begins with no comparison.
 */
export function isBeyond([low, high]: readonly [number, number], bar: string): boolean | undefined {
  const [, sign, number] = COMPARISON.exec(bar) ?? [];
  if (sign === undefined) return undefined;
  const at = Number(number);
  if (sign === '>') return low > at;
  if (sign === '<') return high < at;
  return sign === '>=' ? low >= at : high <= at;
}
