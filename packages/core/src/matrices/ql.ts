import { InputError } from '../errors.ts';
import type { Pace } from '../pace.ts';

/** Steps for one eigenvalue before giving up; two or three are usual. */
const PATIENCE = 60;

/** Hears that rows `row` and `row + 1` are turned in their plane. */
export type OnRotation = (row: number, cosine: number, sine: number) => void;

/**
 * Makes a tridiagonal matrix diagonal, in place, by the implicitly shifted QL method.
 *
 * @param d - Diagonal; becomes the eigenvalues, in no order.
 * @param e - Entries beside it; the last is 0.
 * @param onRotation - Hears every rotation of neighbouring rows.
 * @param pace - Awaited after every row.
 * @see Golub, Van Loan: Matrix Computations, 4th edition, 2013, section 8.3.
 */
export async function diagonalize(d: Float64Array, e: Float64Array, onRotation: OnRotation, pace: Pace): Promise<void> {
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
function qlStep(d: Float64Array, e: Float64Array, first: number, end: number, onRotation: OnRotation): void {
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
