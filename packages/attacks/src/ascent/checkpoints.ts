/**
 * The steps at which APGD looks back: $`w_j = \lceil p_j N \rceil`$ with the shares of the paper,
 * $`p_0 = 0`$, $`p_1 = 0.22`$, $`p_{j+1} = p_j + \max(p_j - p_{j-1} - 0.03,\; 0.06)`$.
 *
 * In percent, so that no share is rounded up by mistake. The published code takes whole periods of steps instead, which
 * agree at 100 steps only.
 *
 * @param steps - Gradient steps in all, N.
 * @returns Steps in ascending order, without $`w_0`$.
 */
export function checkpoints(steps: number): readonly number[] {
  const found = new Set<number>();
  for (let [share, period] = [22, 22]; share <= 100; ) {
    found.add(Math.ceil((share * steps) / 100));
    period = Math.max(period - 3, 6);
    share += period;
  }
  return [...found];
}
