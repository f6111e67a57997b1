/**
 * The least and the largest of some numbers.
 *
 * @param values - Any number of them, not empty.
 */
export function endsOf(values: readonly number[]): readonly [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return [low, high];
}

/**
 * The ends of an axis that holds some numbers: around equal ones some room, which they do not swallow however large they are.
 *
 * @param values - Any number of them, not empty.
 */
export function extentOf(values: readonly number[]): readonly [number, number] {
  const [low, high] = endsOf(values);
  if (low < high) return [low, high];
  const room = Math.max(0.5, 1e-6 * Math.abs(low));
  return [low - room, high + room];
}
