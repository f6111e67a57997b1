import { InputError, type Summary, summarize } from '@advml/core';
import { requireNonNegative, requireOptions } from '@advml/core/internal';
import { innerProduct } from './inner-product.ts';
import { type MatrixLike, readMatrix, readVector, type VectorLike } from './matrix.ts';

/** What {@link alignment} may be told. */
export interface AlignmentOptions {
  /** Perturbations of at most this Euclidean size have no direction worth the name. Default: 1e-6, in input units. */
  readonly least?: number;
}

/** How an attack's perturbations lie to a direction. */
export interface Alignment {
  /** Cosine of each perturbation with `-y direction`; NaN where it is too small. */
  readonly cosine: Float64Array;
  /** How many were too small. */
  readonly excluded: number;
  /** The others in brief. */
  readonly summary: Summary;
}

/**
 * Cosine of each perturbation with the direction that lowers its example's score, such as the dense mixture $M w^\star$.
 *
 * ```math
 * \cos_i = \frac{\langle \delta_i, -y_i u \rangle}{\|\delta_i\| \, \|u\|}
 * ```
 *
 * Near 1 the attack is the mixture; for random perturbations the size is that of {@link randomCosine}.
 *
 * @param delta - Perturbations, [examples, inputs].
 * @param y - Labels, -1 or +1, [examples].
 * @param direction - The direction $u$, of any size but zero, [inputs].
 * @param options - Which perturbations are too small to have a direction.
 * @returns One cosine an example, signed, in double precision.
 * @throws InputError if shapes do not fit, an entry is not finite, a label is not -1 or +1, or the direction is zero.
 * @example
 * ```ts
 * const { summary } = alignment(sub(worst, x), y, mixture);
 * console.log(summary.mean);
 * ```
 */
export function alignment(
  delta: MatrixLike,
  y: VectorLike,
  direction: VectorLike,
  options: AlignmentOptions = {},
): Alignment {
  requireOptions<AlignmentOptions>('alignment', options, { least: true });
  const { least = 1e-6 } = options;
  requireNonNegative({ least }, 'input units');
  const { rows, columns, data } = readMatrix('delta', delta);
  const labels = readVector('y', y, rows);
  const target = readVector('direction', direction, columns);
  const bad = Array.from(labels).find((label) => Math.abs(label) !== 1);
  if (bad !== undefined) throw new InputError(`y must be -1 or +1, got ${bad}`);
  const size = Math.sqrt(innerProduct(target, 0, target, 0, columns));
  if (size === 0) throw new InputError('direction must not be zero');

  const cosine = Float64Array.from({ length: rows }, (_, row) => {
    const at = row * columns;
    const length = Math.sqrt(innerProduct(data, at, data, at, columns));
    if (!(length > least)) return Number.NaN;
    return (-labels[row] * innerProduct(data, at, target, 0, columns)) / (length * size);
  });
  const counted = cosine.filter((value) => !Number.isNaN(value));
  return Object.freeze({ cosine, excluded: rows - counted.length, summary: summarize(counted) });
}
