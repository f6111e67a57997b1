/** Steps for one root; four or five are usual, and halving the bracket alone would need about this many. */
const PATIENCE = 100;

/** Eigenvalues of a diagonal matrix changed by one of rank one, and their places between the old ones. */
export interface SecularRoots {
  /** The eigenvalues, smallest first. */
  readonly values: Float64Array;
  /** Old eigenvalue j less new one i, in row i and column j, all digits of it right; [count, count]. */
  readonly gaps: Float64Array;
}

/**
 * Eigenvalues of `diag(poles) + strength z z^T`: the roots of the secular equation
 * `1 / strength + sum_j z_j^2 / (poles_j - value) = 0`, one right of each pole.
 *
 * A root is looked for as a distance from the nearer pole beside it, so that its distances from all poles keep their digits however
 * close they are. Each step replaces the poles on either side by one, which leaves a quadratic equation; a step out of
 * the bracket is replaced by its middle.
 *
 * @param poles - Different numbers, smallest first.
 * @param z - A number for each, none 0.
 * @param strength - Above 0.
 * @see Bunch, Nielsen, Sorensen: Rank-one modification of the symmetric eigenproblem, 1978.
 */
export function secularRoots(poles: Float64Array, z: Float64Array, strength: number): SecularRoots {
  const count = poles.length;
  const values = new Float64Array(count);
  const gaps = new Float64Array(count * count);
  const weights = z.map((each) => each * each);
  const reach = strength * weights.reduce((sum, weight) => sum + weight, 0); // of the last root beyond the last pole
  for (let i = 0; i < count; i++) {
    const own = gaps.subarray(i * count, (i + 1) * count);
    values[i] = findRoot({ poles, weights, constant: 1 / strength, reach }, i, own);
  }
  return { values, gaps };
}

interface Secular {
  readonly poles: Float64Array;
  readonly weights: Float64Array;
  readonly constant: number;
  readonly reach: number;
}

/** The secular function at a point: its terms up to pole i, and those after it, with their slopes. */
interface Terms {
  before: number;
  beforeSlope: number;
  after: number;
  afterSlope: number;
}

/** Root i; writes the distances of all poles from it. */
function findRoot(secular: Secular, i: number, gaps: Float64Array): number {
  const { poles, constant, reach } = secular;
  const last = i === poles.length - 1;
  const width = last ? 2 * reach : poles[i + 1] - poles[i];
  const middle = evaluate(secular, i, poles[i], width / 2, gaps);
  const right = constant + middle.before + middle.after < 0;
  const origin = right && !last ? poles[i + 1] : poles[i];
  let at = right && !last ? -width / 2 : width / 2; // from the origin, and so the bracket
  let [low, high] = right ? [at, at + width / 2] : [0, at];
  for (let step = 0; step < PATIENCE; step++) {
    const terms = evaluate(secular, i, origin, at, gaps);
    const value = constant + terms.before + terms.after;
    const slope = terms.beforeSlope + terms.afterSlope;
    const rounding = 8 * (constant + terms.after - terms.before) + Math.abs(at) * slope;
    if (Math.abs(value) <= Number.EPSILON * rounding) break;
    if (value < 0) low = at;
    else high = at;
    let next = at + (last ? stepLast(value, terms, gaps[i]) : stepBetween(value, terms, gaps[i], gaps[i + 1]));
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    if (next === at || next === low || next === high) break; // no number lies between
    at = next;
  }
  return origin + at;
}

/** The terms at `origin + at`; writes the poles' distances from there. */
function evaluate({ poles, weights }: Secular, i: number, origin: number, at: number, gaps: Float64Array): Terms {
  const terms = { before: 0, beforeSlope: 0, after: 0, afterSlope: 0 };
  for (let j = 0; j <= i; j++) {
    const gap = poles[j] - origin - at;
    const term = weights[j] / gap;
    gaps[j] = gap;
    terms.before += term;
    terms.beforeSlope += term / gap;
  }
  for (let j = i + 1; j < poles.length; j++) {
    const gap = poles[j] - origin - at;
    const term = weights[j] / gap;
    gaps[j] = gap;
    terms.after += term;
    terms.afterSlope += term / gap;
  }
  return terms;
}

/** How far the root lies from here if each side were one pole: at distance `left` < 0 and at distance `right` > 0. */
function stepBetween(value: number, terms: Terms, left: number, right: number): number {
  const rest = value - terms.beforeSlope * left - terms.afterSlope * right;
  const linear = rest * (left + right) + terms.beforeSlope * left * left + terms.afterSlope * right * right;
  const free = left * right * value;
  const root = Math.sqrt(Math.max(0, linear * linear - 4 * rest * free));
  return linear > 0 ? (2 * free) / (linear + root) : (linear - root) / (2 * rest);
}

/** The same beyond the last pole, at distance `left` < 0. */
function stepLast(value: number, terms: Terms, left: number): number {
  const rest = value - terms.beforeSlope * left;
  return left + (terms.beforeSlope * left * left) / rest;
}

/**
 * Eigenvectors that belong to the roots, in place of the gaps: row i holds that of root i.
 *
 * They are those of the matrix whose eigenvalues are exactly the computed ones, which keeps them orthogonal to rounding even
 * where roots nearly meet; its z is a rounding away from the one given.
 *
 * @param roots - From {@link secularRoots}; the gaps are overwritten.
 * @param poles - Those the roots were computed of.
 * @param z - Only the signs are used.
 * @param columns - Which coordinate goes to each column.
 * @see Gu, Eisenstat: A stable and efficient algorithm for the rank-one modification of the symmetric eigenproblem, 1994.
 */
export function secularVectors(
  { gaps }: SecularRoots,
  poles: Float64Array,
  z: Float64Array,
  columns: readonly number[],
): Float64Array {
  const count = poles.length;
  const exact = exactSquares(gaps, poles).map((square, j) => Math.sign(z[j]) * Math.sqrt(square));
  const vector = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let square = 0;
    for (let j = 0; j < count; j++) {
      vector[j] = exact[j] / gaps[i * count + j];
      square += vector[j] * vector[j];
    }
    const length = Math.sqrt(square);
    for (let j = 0; j < count; j++) gaps[i * count + j] = vector[columns[j]] / length;
  }
  return gaps;
}

/** Loewner's formula for the squares of z. */
function exactSquares(gaps: Float64Array, poles: Float64Array): Float64Array {
  const count = poles.length;
  const squares = Float64Array.from(poles, (_, j) => Math.abs(gaps[j * count + j]));
  for (let i = 0; i < count; i++) {
    const at = i * count;
    for (let j = 0; j < i; j++) squares[j] *= gaps[at + j] / (poles[j] - poles[i]);
    for (let j = i + 1; j < count; j++) squares[j] *= gaps[at + j] / (poles[j] - poles[i]);
  }
  return squares;
}
