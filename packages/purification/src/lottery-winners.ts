import { InputError } from '@advml/core';
import { requireOptions, requireShare } from '@advml/core/internal';
import { carriedFeatures } from './carried.ts';
import type { LotteryOptions } from './lottery.ts';
import { type MatrixLike, type Rows, readPair, readVector, type VectorLike } from './matrix.ts';

/** The neurons that started furthest ahead. Arrays have one entry a feature. */
export interface LotteryWinners {
  /** The neuron with the largest coefficient at the start, counted in the direction of the feature's vote; the first of equal ones. */
  readonly winner: Int32Array;
  /** Whether it carries the feature in the end, in that direction. */
  readonly carries: readonly boolean[];
  /** Share of the features whose winner carries them. */
  readonly share: number;
  /** Share of all pairs of a neuron and a feature in which the neuron carries the feature in that direction: what chance gives. */
  readonly base: number;
}

function winnerOf({ rows, columns, data }: Rows, column: number, sign: number): number {
  let best = 0;
  for (let row = 1; row < rows; row++)
    if (sign * data[row * columns + column] > sign * data[best * columns + column]) best = row;
  return best;
}

/**
 * The lottery of initialization, seen from the features: does the neuron that started furthest ahead on a feature carry it in the end?
 *
 * ```math
 * i_j = \arg\max_i\; \operatorname{sign}(w^\star_j)\, \alpha^0_{ij}, \qquad
 * \text{share} = \frac1D\, \bigl|\{\, j : i_j \text{ carries } j \,\}\bigr|
 * ```
 *
 * `lottery` ranks those that carry a feature, and tells a slight advantage from none; this asks what the theory says, that the luckiest
 * neurons are sure to win.
 *
 * @param alpha0 - Coefficients at initialization, [neurons, features].
 * @param alpha1 - Coefficients after training, [neurons, features].
 * @param wStar - The features' votes on the label, [features]; none is zero.
 * @param options - What counts as carried.
 * @returns The winners, and the shares of features that they and any neurons carry.
 * @throws InputError if shapes differ, an entry is not finite, a vote is zero, or the share is not in [0, 1].
 * @example
 * ```ts
 * const { share, base } = lotteryWinners(coefficients(w0, dictionary), coefficients(w, dictionary), wStar);
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190).
 */
export function lotteryWinners(
  alpha0: MatrixLike,
  alpha1: MatrixLike,
  wStar: VectorLike,
  options: LotteryOptions = {},
): LotteryWinners {
  requireOptions<LotteryOptions>('lotteryWinners', options, { share: true });
  const { share = 0.4 } = options;
  requireShare({ share });
  const [start, end] = readPair(['alpha0', 'alpha1'], alpha0, alpha1);
  const { rows, columns } = start;
  const signs = Array.from(readVector('wStar', wStar, columns), Math.sign);
  if (signs.includes(0)) throw new InputError(`wStar must have no zero, got one at entry ${signs.indexOf(0)}`);

  const winner = Int32Array.from(signs, (sign, column) => winnerOf(start, column, sign));
  const carries = new Array<boolean>(columns).fill(false);
  let carried = 0;
  for (let row = 0; row < rows; row++)
    for (const column of carriedFeatures(end, row, share).all) {
      if (!(signs[column] * end.data[row * columns + column] > 0)) continue;
      carried += 1;
      if (winner[column] === row) carries[column] = true;
    }
  const won = carries.filter(Boolean).length;
  return Object.freeze({ winner, carries, share: won / columns, base: carried / (rows * columns) });
}
