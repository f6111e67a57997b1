/** Edges of `count` bins of equal width from `low` to `high`. */
export function equalEdges(low: number, high: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, i) => (i === count ? high : low + ((high - low) * i) / count));
}

/**
 * The share of values in each bin.
 *
 * A bin holds its lower edge; the last one holds both. Values beyond the ends by rounding are counted in the end bins.
 */
export function sharesOf(values: ArrayLike<number>, edges: readonly number[]): number[] {
  const count = edges.length - 1;
  const [low, high] = [edges[0], edges[count]];
  const counts = new Array<number>(count).fill(0);
  for (let i = 0; i < values.length; i++) {
    let bin = Math.max(0, Math.min(count - 1, Math.floor(((values[i] - low) / (high - low)) * count)));
    if (bin > 0 && values[i] < edges[bin]) bin--;
    else if (bin < count - 1 && values[i] >= edges[bin + 1]) bin++;
    counts[bin]++;
  }
  return counts.map((held) => held / values.length);
}
