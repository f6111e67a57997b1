import { InputError, type Summary, summarize } from '@advml/core';
import { type Matrix, readNumbers, requireRows } from './matrix.ts';

/** What is left of signals after a number of atoms. */
export interface ErrorCurvePoint {
  /** How many atoms. */
  readonly atoms: number;
  /** Mean relative error of each group, in ascending order of groups; of each signal where there are no groups. */
  readonly values: readonly number[];
  /** The values in brief. */
  readonly summary: Summary;
}

/**
 * Relative errors against the number of atoms, from 0 atoms on, where the error is 1.
 *
 * Patches of one image are not independent of each other: with images as groups, `meanInterval(values)` of `@advml/metrics` is an
 * interval over images.
 *
 * @param errors - As `matchingPursuit` gives them, [signals, atoms + 1]; signals of zero, NaN there, are left out.
 * @param groups - The group of each signal, such as the image that a patch is from. Default: each its own.
 * @returns One point a number of atoms.
 * @throws InputError if the errors are no matrix or there is not one group a signal.
 * @example
 * ```ts
 * const curve = errorCurve(errors, image);
 * const means = curve.map(({ atoms, summary }) => `${atoms} atoms: ${summary.mean}`);
 * ```
 */
export function errorCurve(errors: Matrix, groups?: ArrayLike<number>): readonly ErrorCurvePoint[] {
  const data = readNumbers('errors', errors);
  requireRows('errors', errors);
  const [signals, points] = errors.shape;
  if (groups && groups.length !== signals)
    throw new InputError(`groups must be ${signals}, one a signal, got ${groups.length}`);
  const members = new Map<number, number[]>();
  for (let row = 0; row < signals; row++) {
    if (Number.isNaN(data[row * points])) continue;
    const group = groups ? groups[row] : row;
    const own = members.get(group);
    if (own) own.push(row);
    else members.set(group, [row]);
  }
  const ordered = [...members].sort(([a], [b]) => a - b).map(([, rows]) => rows);
  return Array.from({ length: points }, (_, atoms) => {
    const values = ordered.map((rows) => rows.reduce((sum, row) => sum + data[row * points + atoms], 0) / rows.length);
    return Object.freeze({ atoms, values, summary: summarize(values) });
  });
}
