import { InputError, type LoopOptions } from '@advml/core';
import { described, requireOptions, requirePositive } from '@advml/core/internal';
import { factorRow, NEARLY, solve } from './cholesky.ts';
import { LOOP } from './loop.ts';
import type { Matrix, MatrixLike } from './matrix.ts';
import { relativeError, type SparseProblem, sparseProblem } from './sparse-problem.ts';

/** What {@link lasso} takes. */
export interface LassoOptions extends LoopOptions {
  /** The penalty as a share of the one from which on a signal's code is zero, above 0 and at most 1. */
  readonly penalty: number;
}

/** What {@link lassoPath} takes. */
export interface LassoPathOptions extends LoopOptions {
  /** Penalties as shares of the one from which on a signal's code is zero, above 0 and at most 1, in any order. */
  readonly penalties: readonly number[];
}

/** Signals as sums of few atoms, by an l1 penalty. Arrays have one entry a signal. */
export interface LassoCodes {
  /** Coefficients over the atoms as they were given, [signals, dictionary]. */
  readonly codes: Matrix;
  /** How many atoms have a coefficient other than zero. */
  readonly atoms: Int32Array;
  /** What is left of the signal, over its own size; NaN where it is zero. */
  readonly errors: Float64Array;
  /** The proof: by how much, at most, the objective is above its minimum, as a share of its value for a code of zero; roundings. */
  readonly gaps: Float64Array;
}

/** Corners for each atom from which on a path is taken to turn in circles among ties; one or two are usual. */
const CORNERS = 20;

/**
 * The lasso: sparse codes of signals over a dictionary by an l1 penalty, one signal at a time.
 *
 * ```math
 * \min_c \tfrac12 \Bigl\|x - \sum_j c_j D_j\Bigr\|^2 + \lambda \sum_j \|D_j\|\, |c_j|, \qquad
 * \lambda = p \max_j \frac{|\langle x, D_j \rangle|}{\|D_j\|}
 * ```
 *
 * Atoms count as if they had the size one. As the penalty falls from where the code is zero, the code moves along straight lines;
 * they are followed from corner to corner, where an atom joins or leaves, in double precision on the host. Over an orthonormal
 * dictionary a code is $`\operatorname{sign}(a_j) \max(|a_j| - \lambda, 0)`$ for $`a_j = \langle x, D_j \rangle`$. The penalty shrinks
 * coefficients, so errors are larger than those of least squares over the same atoms.
 *
 * @param signals - One a row, [signals, entries].
 * @param dictionary - Atoms of any size, one a row, [atoms, entries].
 * @param options - The penalty, progress in rows worked on, and abort.
 * @returns Codes, numbers of atoms, errors and duality gaps.
 * @throws InputError if the lengths differ, an entry is not finite, or the penalty is out of its range. AbortedError if the signal is
 * aborted.
 * @example
 * ```ts
 * const { atoms, errors } = await lasso(patches, filters, { penalty: 0.1 });
 * ```
 * @see Tibshirani: Regression Shrinkage and Selection via the Lasso, 1996; Osborne, Presnell, Turlach: A New Approach to Variable
 * Selection in Least Squares Problems, 2000 (the path); Efron, Hastie, Johnstone, Tibshirani: Least Angle Regression, 2004.
 */
export async function lasso(signals: MatrixLike, dictionary: MatrixLike, options: LassoOptions): Promise<LassoCodes> {
  requireOptions<LassoOptions>('lasso', options, { penalty: true, ...LOOP });
  const { penalty, ...loop } = options;
  const [codes] = await lassoPath(signals, dictionary, { penalties: [penalty], ...loop });
  return codes;
}

/**
 * Codes of the {@link lasso} at several penalties, for the time that the smallest takes: the path to it passes the others.
 *
 * @param signals - One a row, [signals, entries].
 * @param dictionary - Atoms of any size, one a row, [atoms, entries].
 * @param options - The penalties, progress in rows worked on, and abort.
 * @returns What {@link lasso} gives at each penalty, in the order of the penalties.
 * @throws InputError if the lengths differ, an entry is not finite, or a penalty is out of its range. AbortedError if the signal is
 * aborted.
 * @example
 * ```ts
 * const paths = await lassoPath(patches, filters, { penalties: [0.5, 0.2, 0.1] });
 * ```
 */
export async function lassoPath(
  signals: MatrixLike,
  dictionary: MatrixLike,
  options: LassoPathOptions,
): Promise<readonly LassoCodes[]> {
  requireOptions<LassoPathOptions>('lassoPath', options, { penalties: true, ...LOOP });
  const { penalties, ...loop } = options;
  if (!Array.isArray(penalties))
    throw new InputError(`penalties must be an array of numbers, such as [0.5, 0.2], got ${described(penalties)}`);
  for (const penalty of penalties) {
    requirePositive({ penalty });
    if (penalty > 1) throw new InputError(`penalty must be at most 1, where codes are zero, got ${penalty}`);
  }
  const problem = await sparseProblem(signals, dictionary, loop);
  const { count, size } = problem;
  const falling = [...penalties.keys()].sort((i, j) => penalties[j] - penalties[i]);
  const found = penalties.map(() => ({
    codes: { shape: [count, size] as const, data: new Float64Array(count * size) },
    atoms: new Int32Array(count),
    errors: new Float64Array(count),
    gaps: new Float64Array(count),
  }));
  for (let row = 0; row < count; row++) {
    await problem.pace();
    const stops = path(
      falling.map((place) => penalties[place]),
      problem,
      row,
    );
    for (const [nth, { support, multiples, gap }] of stops.entries()) {
      const { codes, atoms, errors, gaps } = found[falling[nth]];
      for (const [at, atom] of support.entries()) codes.data[row * size + atom] = multiples[at] / problem.scales[atom];
      atoms[row] = multiples.filter((multiple) => multiple !== 0).length;
      errors[row] = relativeError(problem, row, support, multiples);
      gaps[row] = gap;
    }
  }
  return found.map((codes) => Object.freeze(codes));
}

/** A corner of the path: where the next atom joins or leaves. */
interface Corner {
  /** The penalty there. */
  readonly lambda: number;
  /** The atom, or its place in the support if it leaves. */
  readonly which: number;
  /** The sign with which it joins; 0 if it leaves. */
  readonly sign: number;
}

/** The code of a signal at a penalty: atoms of size one, their multiples, and the duality gap. */
interface Stop {
  readonly support: readonly number[];
  readonly multiples: Float64Array;
  readonly gap: number;
}

/**
 * The codes of one signal at falling penalties: between corners the code is `p - lambda q`, and what is left correlates with atom j
 * as `a_j + lambda b_j`.
 */
function path(
  penalties: readonly number[],
  { size, gram, correlations, sizes }: SparseProblem,
  row: number,
): readonly Stop[] {
  const start = correlations.subarray(row * size, (row + 1) * size);
  const first = start.reduce((best, value, j) => (Math.abs(value) > Math.abs(start[best]) ? j : best), 0);
  const largest = Math.abs(start[first]);
  if (largest === 0) return penalties.map(() => ({ support: [], multiples: new Float64Array(), gap: 0 }));
  const stops: Stop[] = [];
  let lambda = largest;
  let support = [first];
  let signs = [Math.sign(start[first])];
  let factor: Float64Array[] = [Float64Array.of(1)];
  const blocked = new Set<number>(); // in the span of the support

  for (let corner = 0; ; corner++) {
    const p = solve(
      factor,
      support.map((atom) => start[atom]),
    );
    const q = solve(factor, signs);
    const [a, b] = [start.slice(), new Float64Array(size)];
    for (const [at, atom] of support.entries())
      for (let j = 0; j < size; j++) {
        a[j] -= gram[atom * size + j] * p[at];
        b[j] += gram[atom * size + j] * q[at];
      }
    const next = nextCorner(lambda, { support, signs, p, q, a, b, blocked });
    while (stops.length < penalties.length) {
      const target = penalties[stops.length] * largest;
      if (next.lambda > target && corner < CORNERS * size) break;
      const multiples = p.map((value, at) => value - target * q[at]);
      const left = a.map((value, j) => value + target * b[j]);
      const gap = dualityGap(sizes[row] ** 2, start, left, support, multiples, target);
      stops.push({ support: [...support], multiples, gap: (2 * gap) / sizes[row] ** 2 });
    }
    if (stops.length === penalties.length) return stops;
    lambda = next.lambda;
    if (next.sign === 0) {
      support = support.filter((_, at) => at !== next.which);
      signs = signs.filter((_, at) => at !== next.which);
      factor = factorOf(gram, size, support);
      blocked.clear();
      continue;
    }
    const own = factorRow(factor, gram, size, support, next.which);
    if (own[support.length] > NEARLY) {
      factor.push(own);
      support.push(next.which);
      signs.push(next.sign);
    } else blocked.add(next.which);
  }
}

/** The corner at the largest penalty up to `lambda`; at penalty 0 if there is none above. */
function nextCorner(
  lambda: number,
  path: {
    readonly support: readonly number[];
    readonly signs: readonly number[];
    readonly p: Float64Array;
    readonly q: Float64Array;
    readonly a: Float64Array;
    readonly b: Float64Array;
    readonly blocked: ReadonlySet<number>;
  },
): Corner {
  const { support, signs, p, q, a, b, blocked } = path;
  let next: Corner = { lambda: 0, which: -1, sign: 0 };
  const consider = (at: number, which: number, sign: number) => {
    if (at > next.lambda) next = { lambda: Math.min(at, lambda), which, sign };
  };
  for (let at = 0; at < support.length; at++) if (signs[at] * q[at] < 0) consider(p[at] / q[at], at, 0);
  for (let j = 0; j < a.length; j++) {
    if (blocked.has(j) || support.includes(j)) continue;
    for (const sign of [1, -1]) if (sign * b[j] < 1) consider((sign * a[j]) / (1 - sign * b[j]), j, sign);
  }
  return next;
}

function factorOf(gram: Float64Array, size: number, support: readonly number[]): Float64Array[] {
  const factor: Float64Array[] = [];
  for (const [at, atom] of support.entries()) factor.push(factorRow(factor, gram, size, support.slice(0, at), atom));
  return factor;
}

/** Objective less that of the dual problem at the multiple of what is left that is best there. */
function dualityGap(
  square: number,
  start: Float64Array,
  left: Float64Array,
  support: readonly number[],
  multiples: Float64Array,
  lambda: number,
): number {
  const over = (term: (atom: number, multiple: number) => number) =>
    support.reduce((sum, atom, at) => sum + term(atom, multiples[at]), 0);
  const withSignal = square - over((atom, multiple) => multiple * start[atom]); // <x, r>
  const rest = withSignal - over((atom, multiple) => multiple * left[atom]); // |r|^2
  const largest = left.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = Math.max(0, Math.min(withSignal / rest, lambda / largest));
  const primal = rest / 2 + lambda * over((_, multiple) => Math.abs(multiple));
  return primal - (scale * withSignal - (scale ** 2 * rest) / 2);
}
