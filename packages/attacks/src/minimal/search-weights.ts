/** One example's weight between the largest that failed and the smallest that succeeded. */
interface Bracket {
  low: number;
  high: number;
  weight: number;
}

/**
 * Looks for the smallest weight of the margin that succeeds, example by example: tenfold until one does, then by bisection.
 *
 * @param first - The weights to begin with.
 * @param descents - Weights tried for each example.
 * @param descend - Searches with these weights; says which examples it fooled.
 */
export function searchWeights(
  first: readonly number[],
  descents: number,
  descend: (weights: readonly number[]) => readonly boolean[],
): void {
  const brackets: readonly Bracket[] = first.map((weight) => ({ low: 0, high: Infinity, weight }));
  for (let nth = 0; nth < descents; nth++) {
    const met = descend(brackets.map(({ weight }) => weight));
    for (const [at, ends] of brackets.entries()) {
      ends[met[at] ? 'high' : 'low'] = ends.weight;
      ends.weight = ends.high < Infinity ? (ends.low + ends.high) / 2 : 10 * ends.weight;
    }
  }
}
