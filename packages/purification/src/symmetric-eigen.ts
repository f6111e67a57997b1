import { InputError } from '@advml/core';
import type { Pace } from './pace.ts';
import { tridiagonal } from './tridiagonal.ts';

/** Eigenvalues of a symmetric matrix, largest first. */
export interface SymmetricEigen {
  /** Eigenvalues. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors in the order of the values, one a row; only where they were asked for. */
  readonly vectors?: Float64Array;
}

/** Steps for one eigenvalue before giving up; two or three are usual. */
const PATIENCE = 60;

/**
 * Eigenvalues and eigenvectors by Householder's reduction and the implicitly shifted QL method, in double precision.
 *
 * The error of an eigenvalue is a few roundings of the largest. Eigenvectors are kept as rows, so that a rotation walks two runs
 * of memory.
 *
 * @param a - Entries, row after row, [size, size]; overwritten.
 * @param size - Number of rows.
 * @param wanted - Whether eigenvectors are wanted, which takes about four times as long.
 * @param pace - Awaited `2 size` times, or `3 size` with eigenvectors.
 */
export async function symmetricEigen(
  a: Float64Array,
  size: number,
  wanted: boolean,
  pace: Pace,
): Promise<SymmetricEigen> {
  const { diagonal, beside, basis } = await tridiagonal(a, size, pace);
  const vectors = wanted ? await basis() : undefined;
  const turn = (row: number, cosine: number, sine: number) => {
    if (vectors) rotate(vectors, size, row, cosine, sine);
  };
  await diagonalize(diagonal, beside, turn, pace);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j] - diagonal[i]);
  const values = Float64Array.from(order, (at) => diagonal[at]);
  if (!vectors) return { values };
  const sorted = new Float64Array(size * size);
  for (const [to, from] of order.entries()) {
    sorted.set(vectors.subarray(from * size, (from + 1) * size), to * size);
  }
  return { values, vectors: sorted };
}

/** Turns rows `row` and `row + 1` in their plane. */
function rotate(vectors: Float64Array, size: number, row: number, cosine: number, sine: number): void {
  const upper = vectors.subarray(row * size, (row + 1) * size);
  const lower = vectors.subarray((row + 1) * size, (row + 2) * size);
  for (let j = 0; j < size; j++) {
    const above = upper[j];
    const below = lower[j];
    lower[j] = sine * above + cosine * below;
    upper[j] = cosine * above - sine * below;
  }
}

/** Makes a tridiagonal matrix diagonal, in place, and tells each rotation of neighbouring rows. */
async function diagonalize(
  d: Float64Array,
  e: Float64Array,
  onRotation: (row: number, cosine: number, sine: number) => void,
  pace: Pace,
): Promise<void> {
  const size = d.length;
  const largest = d.reduce((most, value, at) => Math.max(most, Math.abs(value) + Math.abs(e[at])), 0);
  const nothing = Number.EPSILON * largest;
  for (let first = 0; first < size; first++) {
    await pace();
    for (let step = 0; ; step++) {
      let end = first;
      while (end < size - 1 && Math.abs(e[end]) > nothing) end++;
      if (end === first) break;
      if (step === PATIENCE) throw new InputError(`eigenvalue ${first} did not converge in ${PATIENCE} steps`);
      qlStep(d, e, first, end, onRotation);
    }
  }
}

/** One implicit QL step on the block from `first` to `end`, shifted by the nearer eigenvalue of its first two rows. */
function qlStep(
  d: Float64Array,
  e: Float64Array,
  first: number,
  end: number,
  onRotation: (row: number, cosine: number, sine: number) => void,
): void {
  const half = (d[first + 1] - d[first]) / (2 * e[first]);
  const root = Math.sqrt(half * half + 1);
  let g = d[end] - d[first] + e[first] / (half + (half < 0 ? -root : root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = end - 1; i >= first; i--) {
    const [f, b] = [sine * e[i], cosine * e[i]];
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= shift; // the block falls in two; the next step takes the upper part
      e[end] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1] - shift;
    const t = (d[i] - g) * sine + 2 * cosine * b;
    shift = sine * t;
    d[i + 1] = g + shift;
    g = cosine * t - b;
    onRotation(i, cosine, sine);
  }
  d[first] -= shift;
  e[first] = g;
  e[end] = 0;
}
