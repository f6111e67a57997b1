import { InputError, type Summary, summarize } from '@advml/core';
import { requireOptions, requireShare } from '@advml/core/internal';
import { carriedFeatures } from './carried.ts';
import { type MatrixLike, type Rows, readPair } from './matrix.ts';

/** What {@link lottery} may be told. */
export interface LotteryOptions {
  /** A neuron carries the features whose coefficient is at least this share of its largest. Default: 0.4. */
  readonly share?: number;
}

/** Ranks at the start, from 0 (last) to 1 (first); chance gives 0.5. Arrays have one entry a neuron. */
export interface Lottery {
  /** The neuron's rank at the start on the feature it ends up carrying most; NaN if it ends up zero. */
  readonly top: Float64Array;
  /** Its mean rank at the start over all features it ends up carrying; NaN if it ends up zero. */
  readonly carried: Float64Array;
  /** Whether it ends up nonzero. */
  readonly alive: readonly boolean[];
  /** The neurons that end up nonzero in brief. */
  readonly summary: {
    /** Of the ranks on the top feature. */
    readonly top: Summary;
    /** Of the mean ranks on all carried features. */
    readonly carried: Summary;
  };
}

/** How many of the numbers, which are in ascending order, pass; those that pass come first. */
function countLeading(ascending: Float64Array, passes: (entry: number) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(ascending[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Share of the other neurons that a neuron leaves behind on each feature, ties counting half, read as `rank(row, column)`. */
function ranks({ rows, columns, data }: Rows): (row: number, column: number) => number {
  const sorted = Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_, row) => data[row * columns + column]).sort(),
  );
  return (row, column) => {
    const value = data[row * columns + column];
    const below = countLeading(sorted[column], (entry) => entry < value);
    const upTo = countLeading(sorted[column], (entry) => entry <= value);
    return (below + (upTo - below - 1) / 2) / (rows - 1);
  };
}

/**
 * The lottery of initialization: did the neurons that carry a feature start out ahead of the others on it?
 *
 * For each feature $j$ that neuron $i$ carries in the end, with sign $s = \operatorname{sign} \alpha_{ij}$: the share of the other
 * neurons whose signed coefficient at the start was smaller, ties counting half.
 *
 * ```math
 * \frac{1}{m - 1}\,\bigl|\{\, l \ne i : s\,\alpha^0_{lj} < s\,\alpha^0_{ij} \,\}\bigr|
 * ```
 *
 * @param alpha0 - Coefficients at initialization, [neurons, features].
 * @param alpha1 - Coefficients after training, [neurons, features].
 * @param options - What counts as carried.
 * @returns Each neuron's rank on its top feature and its mean rank on all it carries; 0.5 is chance, 1 a perfect lottery.
 * @throws InputError if the shapes differ, there are fewer than two neurons, an entry is not finite, or the share is not in [0, 1].
 * @example
 * ```ts
 * const { summary } = lottery(coefficients(w0, dictionary), coefficients(w, dictionary));
 * console.log(summary.top.mean, summary.carried.mean);
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190);
 * Frankle, Carbin: The Lottery Ticket Hypothesis, 2019 (arXiv:1803.03635).
 */
export function lottery(alpha0: MatrixLike, alpha1: MatrixLike, options: LotteryOptions = {}): Lottery {
  requireOptions<LotteryOptions>('lottery', options, { share: true });
  const { share = 0.4 } = options;
  requireShare({ share });
  const [start, end] = readPair(['alpha0', 'alpha1'], alpha0, alpha1);
  const { rows, columns } = start;
  if (rows < 2) throw new InputError(`a rank needs at least 2 neurons, got ${rows}`);

  const rank = ranks(start);
  const signedRank = (row: number, column: number) =>
    end.data[row * columns + column] > 0 ? rank(row, column) : 1 - rank(row, column);
  const top = new Float64Array(rows);
  const carried = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const features = carriedFeatures(end, row, share);
    top[row] = features.top < 0 ? Number.NaN : signedRank(row, features.top);
    carried[row] = features.all.reduce((sum, column) => sum + signedRank(row, column), 0) / features.all.length;
  }

  const alive = Array.from(top, (value) => !Number.isNaN(value));
  const ofAlive = (values: Float64Array) => summarize(values.filter((_, row) => alive[row]));
  return Object.freeze({ top, carried, alive, summary: { top: ofAlive(top), carried: ofAlive(carried) } });
}
