/** Hears that row `first` becomes `cosine first + sine second`, and row `second` becomes `cosine second - sine first`. */
export type OnTurn = (first: number, second: number, cosine: number, sine: number) => void;

/**
 * Finds what a change of rank one, `diag(values) + strength z z^T`, leaves as it is: coordinates where z is nothing, and, after a
 * turn in their plane, one of two whose values are equal, both up to rounding.
 *
 * @param values - Diagonal; changed where two are turned.
 * @param z - Of length one; changed where two are turned.
 * @param strength - Above 0.
 * @param onTurn - Hears of every turn.
 * @returns The other coordinates, by rising value.
 * @see Cuppen: A divide and conquer method for the symmetric tridiagonal eigenproblem, 1981.
 */
export function deflate(values: Float64Array, z: Float64Array, strength: number, onTurn: OnTurn): number[] {
  const largest = Math.max(
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    z.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  );
  const nothing = 8 * Number.EPSILON * largest;
  const order = Array.from(values.keys()).sort((i, j) => values[i] - values[j]);
  const kept: number[] = [];
  for (const at of order) {
    if (strength * Math.abs(z[at]) <= nothing) continue;
    const before = kept.at(-1);
    if (before !== undefined && joins(values, z, before, at, nothing, onTurn)) kept.pop();
    kept.push(at);
  }
  return kept;
}

/** Turns all of z into the second of two coordinates, if that brings their values no further from diagonal than `nothing`. */
function joins(
  values: Float64Array,
  z: Float64Array,
  first: number,
  second: number,
  nothing: number,
  onTurn: OnTurn,
): boolean {
  const length = Math.hypot(z[first], z[second]);
  const [cosine, sine] = [z[second] / length, -z[first] / length];
  const [low, high] = [values[first], values[second]];
  if (Math.abs((high - low) * cosine * sine) > nothing) return false;
  z[second] = length;
  z[first] = 0;
  values[first] = low * cosine * cosine + high * sine * sine;
  values[second] = low * sine * sine + high * cosine * cosine;
  onTurn(first, second, cosine, sine);
  return true;
}
