/** The radius of one example, where all may have the same. */
export function radiusOf(eps: number | readonly number[], row: number): number {
  return typeof eps === 'number' ? eps : eps[row];
}
