import { InputError, type LoopOptions } from '@advml/core';
import { gramOfRows, type Pace, paceOf, rowProducts } from '@advml/core/internal';
import { unitRows } from './best-cosines.ts';
import { innerProduct } from './inner-product.ts';
import { type MatrixLike, readMatrix } from './matrix.ts';

/** Signals and a dictionary with all their inner products, in double precision; atoms have the size one, or are zero. */
export interface SparseProblem {
  /** Number of signals. */
  readonly count: number;
  /** Number of atoms. */
  readonly size: number;
  /** Entries of a signal. */
  readonly length: number;
  /** Signals, [count, length]. */
  readonly signals: Float64Array;
  /** Euclidean size of each signal. */
  readonly sizes: Float64Array;
  /** Atoms, [size, length]. */
  readonly atoms: Float64Array;
  /** Sizes that the atoms had, with 1 in place of 0. */
  readonly scales: Float64Array;
  /** Of atoms with atoms, [size, size]. */
  readonly gram: Float64Array;
  /** Of signals with atoms, [count, size]. */
  readonly correlations: Float64Array;
  /** Awaited before each signal. */
  readonly pace: Pace;
}

/** Reads both; the work is all of that and one unit a signal. */
export async function sparseProblem(
  signals: MatrixLike,
  dictionary: MatrixLike,
  loop: LoopOptions,
): Promise<SparseProblem> {
  const [given, atomsGiven] = [readMatrix('signals', signals), readMatrix('dictionary', dictionary)];
  const { rows: count, columns: length } = given;
  const { rows: size } = atomsGiven;
  if (atomsGiven.columns !== length)
    throw new InputError(
      `signals and atoms must have one length, got [${signals.shape}] and [${dictionary.shape}] for the dictionary`,
    );
  const sizesOf = (data: ArrayLike<number>, rows: number) =>
    Float64Array.from({ length: rows }, (_, row) =>
      Math.sqrt(innerProduct(data, row * length, data, row * length, length)),
    );
  const values = Float64Array.from(given.data);
  const atoms = unitRows(atomsGiven).data;
  const pace = paceOf(loop, size + 2 * count, 'sparse coding');
  return {
    count,
    size,
    length,
    signals: values,
    sizes: sizesOf(values, count),
    atoms,
    scales: sizesOf(atomsGiven.data, size).map((scale) => scale || 1),
    gram: await gramOfRows(atoms, length, pace),
    correlations: await rowProducts(values, atoms, length, pace),
    pace,
  };
}

/** Size of what some multiples of atoms leave of a signal, over its own; NaN for a signal of zero. */
export function relativeError(
  { signals, sizes, atoms, length }: SparseProblem,
  row: number,
  support: readonly number[],
  multiples: ArrayLike<number>,
): number {
  const rest = signals.slice(row * length, (row + 1) * length);
  for (const [at, atom] of support.entries())
    for (let j = 0; j < length; j++) rest[j] -= multiples[at] * atoms[atom * length + j];
  return Math.sqrt(innerProduct(rest, 0, rest, 0, length)) / sizes[row];
}
