/**
 * Distribution function of a binomial count: entry `n` is the probability of at most `n` successes.
 *
 * The weights are built outwards from the most likely count, by ratios of neighbours, so that nothing that matters
 * underflows; only exactly rounded operations are used, so every engine gets the same table.
 *
 * @param trials - Number of independent trials.
 * @param chance - Probability of success of each, in (0, 1].
 * @returns `trials + 1` probabilities, the last one 1.
 */
export function binomialTable(trials: number, chance: number): Float64Array {
  const weights = new Float64Array(trials + 1);
  const likeliest = Math.min(Math.floor((trials + 1) * chance), trials);
  weights[likeliest] = 1;
  for (let n = likeliest; n < trials; n++)
    weights[n + 1] = (weights[n] * (trials - n) * chance) / ((n + 1) * (1 - chance));
  for (let n = likeliest; n > 0; n--) weights[n - 1] = (weights[n] * n * (1 - chance)) / ((trials - n + 1) * chance);

  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight, n) => {
    sum += weight;
    return n === trials ? 1 : sum / total;
  });
}

/**
 * The count at a uniform number in [0, 1): the smallest whose distribution function exceeds it.
 *
 * @param table - See {@link binomialTable}.
 * @param uniform - In [0, 1).
 */
export function countAt(table: Float64Array, uniform: number): number {
  let count = 0;
  while (table[count] <= uniform) count++;
  return count;
}
