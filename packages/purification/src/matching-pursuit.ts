import type { LoopOptions } from '@advml/core';
import { requireInteger, requireOptions } from '@advml/core/internal';
import { factorRow, NEARLY, solve } from './cholesky.ts';
import { LOOP } from './loop.ts';
import type { Matrix, MatrixLike } from './matrix.ts';
import { relativeError, type SparseProblem, sparseProblem } from './sparse-problem.ts';

/** What {@link matchingPursuit} takes. */
export interface MatchingPursuitOptions extends LoopOptions {
  /** Largest number of atoms for a signal. Default: the number of atoms or of entries, whichever is smaller. */
  readonly atoms?: number;
}

/** Signals as sums of a few atoms each. */
export interface Pursuit {
  /** Coefficients over the atoms as they were given, [signals, dictionary]. */
  readonly codes: Matrix;
  /** The atoms of each signal, in the order in which they were taken. */
  readonly supports: readonly (readonly number[])[];
  /**
   * What is left of each signal after 0, 1, 2, ... atoms, over its own size: [signals, atoms + 1]. A row stays at its last value
   * where no atom helps any more, and is NaN where the signal is zero.
   */
  readonly errors: Matrix;
}

/** Correlations up to this share of the signal's size are roundings. */
const NOTHING = 1e-13;

/**
 * Orthogonal matching pursuit: sparse codes of signals over a dictionary, greedily, atom by atom.
 *
 * Each step takes the atom that correlates most with what is left, then fits all taken ones by least squares:
 *
 * ```math
 * j_k = \arg\max_j \frac{|\langle r_{k-1}, D_j \rangle|}{\|D_j\|}, \qquad
 * r_k = x - \sum_{j \in S_k} c_j D_j \perp D_j \text{ for } j \in S_k = \{j_1, \dots, j_k\}
 * ```
 *
 * Atoms of zero, and those in the span of the taken ones, are never taken. The least-squares fit grows by a row of a Cholesky factor
 * with each atom; all is in double precision on the host.
 *
 * @param signals - One a row, such as patches of images, [signals, entries].
 * @param dictionary - Atoms of any size, one a row, such as first-layer filters, [atoms, entries].
 * @param options - How many atoms; progress in rows worked on, and abort.
 * @returns Codes, supports and errors; a signal that is k-sparse over an orthonormal or incoherent dictionary is found exactly.
 * @throws InputError if the lengths differ, an entry is not finite, or `atoms` is not a positive integer. AbortedError if the
 * signal is aborted.
 * @example
 * ```ts
 * const { errors } = await matchingPursuit(patches, layerRows(params)['conv1.weight'], { atoms: 8 });
 * const curve = errorCurve(errors, image);
 * ```
 * @see Pati, Rezaiifar, Krishnaprasad: Orthogonal Matching Pursuit: Recursive Function Approximation with Applications to Wavelet
 * Decomposition, 1993; Rubinstein, Zibulevsky, Elad: Efficient Implementation of the K-SVD Algorithm Using Batch Orthogonal
 * Matching Pursuit, 2008; Tropp: Greed is Good: Algorithmic Results for Sparse Approximation, 2004.
 */
export async function matchingPursuit(
  signals: MatrixLike,
  dictionary: MatrixLike,
  options: MatchingPursuitOptions = {},
): Promise<Pursuit> {
  requireOptions<MatchingPursuitOptions>('matchingPursuit', options, { atoms: true, ...LOOP });
  const { atoms, ...loop } = options;
  if (atoms !== undefined) requireInteger({ atoms }, 1);
  const problem = await sparseProblem(signals, dictionary, loop);
  const { count, size, length, pace } = problem;
  const most = Math.min(atoms ?? Infinity, size, length);
  const codes = new Float64Array(count * size);
  const errors = new Float64Array(count * (most + 1));
  const supports: (readonly number[])[] = [];
  for (let row = 0; row < count; row++) {
    await pace();
    const { support, multiples } = pursue(problem, row, errors.subarray(row * (most + 1), (row + 1) * (most + 1)));
    for (const [at, atom] of support.entries()) codes[row * size + atom] = multiples[at] / problem.scales[atom];
    supports.push(support);
  }
  return Object.freeze({
    codes: { shape: [count, size], data: codes },
    supports,
    errors: { shape: [count, most + 1], data: errors },
  });
}

/** The pursuit of one signal, by as many atoms as there are errors to write but one. */
function pursue(problem: SparseProblem, row: number, errors: Float64Array) {
  const { size, gram, sizes } = problem;
  const start = problem.correlations.subarray(row * size, (row + 1) * size);
  const left = start.slice(); // correlations of what is left
  const seen = new Uint8Array(size);
  const support: number[] = [];
  const factor: Float64Array[] = [];
  let multiples: Float64Array = new Float64Array();
  errors.fill(relativeError(problem, row, support, multiples));
  while (support.length < errors.length - 1) {
    const next = strongest(left, seen);
    if (next < 0 || !(Math.abs(left[next]) > NOTHING * sizes[row])) break;
    seen[next] = 1;
    const own = factorRow(factor, gram, size, support, next);
    if (!(own[support.length] > NEARLY)) continue;
    factor.push(own);
    support.push(next);
    multiples = solve(
      factor,
      support.map((atom) => start[atom]),
    );
    left.set(start);
    for (const [at, atom] of support.entries())
      for (let j = 0; j < size; j++) left[j] -= multiples[at] * gram[atom * size + j];
    errors.fill(relativeError(problem, row, support, multiples), support.length);
  }
  return { support, multiples };
}

/** The largest entry by size among those not seen; -1 if all are. */
function strongest(values: Float64Array, seen: Uint8Array): number {
  let [place, largest] = [-1, -1];
  for (let j = 0; j < values.length; j++)
    if (!seen[j] && Math.abs(values[j]) > largest) [place, largest] = [j, Math.abs(values[j])];
  return place;
}
