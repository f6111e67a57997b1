import { InputError, type Summary, summarize } from '@advml/core';
import { requireInteger, requireOptions, requireShare } from '@advml/core/internal';
import { type Carried, carriedFeatures, largestFeatures } from './carried.ts';
import { innerProduct } from './inner-product.ts';
import { type MatrixLike, type Rows, readMatrix, readVector, type VectorLike } from './matrix.ts';

/** What {@link featureMass} may be told. */
export interface FeatureMassOptions {
  /** A neuron carries the features whose coefficient is at least this share of its largest. Default: 0.4. */
  readonly share?: number;
  /**
   * How many features each neuron carries, [neurons]: those with its largest coefficients, instead of what `share` counts. With one
   * count for two networks their shares can be compared.
   */
  readonly counts?: ArrayLike<number>;
}

/** What the neurons are made of. Arrays have one entry a neuron, NaN (or -1, or 0) where the square of its size is zero. */
export interface FeatureMass {
  /** Size of the neuron's cosine with the mixture. */
  readonly mixtureCosine: Float64Array;
  /** Share of the neuron's square on the mixture: the square of its cosine. */
  readonly mixture: Float64Array;
  /** Share of its square on the features it carries, the mixture taken out before. */
  readonly top: Float64Array;
  /** The share that remains; the three sum to 1. */
  readonly rest: Float64Array;
  /** Number of features it carries. */
  readonly features: Int32Array;
  /** The feature with its largest coefficient; -1 for a zero neuron. */
  readonly topFeature: Int32Array;
  /** Size of its cosine with that feature. */
  readonly topCosine: Float64Array;
  /** Whether the square of its size is nonzero. */
  readonly alive: readonly boolean[];
  /** The neurons that are nonzero in brief. */
  readonly summary: {
    /** Of the cosines with the mixture. */
    readonly mixtureCosine: Summary;
    /** Of the shares on the mixture. */
    readonly mixture: Summary;
    /** Of the shares on carried features. */
    readonly top: Summary;
    /** Of the shares that remain. */
    readonly rest: Summary;
    /** Of the numbers of features carried. */
    readonly features: Summary;
    /** Of the cosines with the top feature. */
    readonly topCosine: Summary;
  };
}

/** The same direction with size 1. */
function unit(name: string, vector: ArrayLike<number>): Float64Array {
  const size = Math.sqrt(innerProduct(vector, 0, vector, 0, vector.length));
  if (size === 0) throw new InputError(`${name} must not be zero: it has no direction`);
  return Float64Array.from(vector, (value) => value / size);
}

/** Masses of one neuron, as parts of the square of its size. */
function massesOf({ columns, data }: Rows, row: number, mixture: Float64Array, features: Carried) {
  const at = row * columns;
  const square = innerProduct(data, at, data, at, columns);
  const { top, all } = square > 0 ? features : { top: -1, all: [] };
  const along = innerProduct(data, at, mixture, 0, columns);
  const carried = new Set(all);
  let [onCarried, remains] = [0, 0];
  for (let j = 0; j < columns; j++) {
    const mass = (data[at + j] - along * mixture[j]) ** 2;
    if (carried.has(j)) onCarried += mass;
    else remains += mass;
  }
  return {
    mixtureCosine: Math.abs(along) / Math.sqrt(square),
    mixture: along ** 2 / square,
    top: onCarried / square,
    rest: remains / square,
    features: all.length,
    topFeature: top,
    topCosine: top < 0 ? Number.NaN : Math.abs(data[at + top]) / Math.sqrt(square),
  };
}

/** Which features a neuron carries, by the options. */
function carriedBy(alpha: Rows, { share = 0.4, counts }: FeatureMassOptions): (row: number) => Carried {
  requireShare({ share });
  if (!counts) return (row) => carriedFeatures(alpha, row, share);
  if (counts.length !== alpha.rows)
    throw new InputError(`counts must be ${alpha.rows}, one a neuron, got ${counts.length}`);
  for (let row = 0; row < alpha.rows; row++) {
    requireInteger({ 'each of counts': counts[row] });
    if (counts[row] > alpha.columns)
      throw new InputError(`each of counts must be at most the ${alpha.columns} features, got ${counts[row]}`);
  }
  return (row) => largestFeatures(alpha, row, counts[row]);
}

/**
 * A neuron as a few features, a dense mixture of all of them, and the rest.
 *
 * With $u = w^\star / \|w^\star\|$ the direction of the mixture $\sum_j w^\star_j M_j$ among the coefficients, and $C_i$ the
 * features that neuron $i$ carries, those with $|\alpha_{ij}| \ge s \max_l |\alpha_{il}|$:
 *
 * ```math
 * \alpha_i = c_i u + r_i, \quad r_i \perp u, \qquad
 * \|\alpha_i\|^2 = \underbrace{c_i^2}_{\text{mixture}} + \underbrace{\sum_{j \in C_i} r_{ij}^2}_{\text{top}} + \underbrace{\sum_{j \notin C_i} r_{ij}^2}_{\text{rest}}
 * ```
 *
 * The mixture is taken out first, so the three parts are orthogonal and their shares sum to 1. A neuron that has
 * nothing to do with the mixture shows the cosine of a random vector, {@link randomCosine}, or $1/\sqrt D$ if it is one pure feature.
 *
 * @param alpha - Coefficients over an orthonormal dictionary, [neurons, features]; see {@link coefficients}.
 * @param wStar - The features' votes on the label, [features].
 * @param options - What counts as carried.
 * @returns Shares, counts and their summaries, in double precision.
 * @throws InputError if `wStar` is zero or of another length, an entry is not finite, the share is not in [0, 1], or the
 * counts are not one a neuron, each from 0 to the number of features.
 * @example
 * ```ts
 * const before = featureMass(coefficients(w, dictionary), wStar);
 * const after = featureMass(coefficients(wPrime, dictionary), wStar);
 * console.log(before.summary.mixture.mean / after.summary.mixture.mean); // how much adversarial training removes
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190).
 */
export function featureMass(alpha: MatrixLike, wStar: VectorLike, options: FeatureMassOptions = {}): FeatureMass {
  requireOptions<FeatureMassOptions>('featureMass', options, { share: true, counts: true });
  const matrix = readMatrix('alpha', alpha);
  const mixture = unit('wStar', readVector('wStar', wStar, matrix.columns));
  const carried = carriedBy(matrix, options);
  const masses = Array.from({ length: matrix.rows }, (_, row) => massesOf(matrix, row, mixture, carried(row)));

  const alive = masses.map(({ topFeature }) => topFeature >= 0);
  const each = (name: keyof (typeof masses)[number]) => Float64Array.from(masses, (neuron) => neuron[name]);
  const brief = (name: keyof (typeof masses)[number]) => summarize(each(name).filter((_, row) => alive[row]));
  return Object.freeze({
    mixtureCosine: each('mixtureCosine'),
    mixture: each('mixture'),
    top: each('top'),
    rest: each('rest'),
    features: Int32Array.from(each('features')),
    topFeature: Int32Array.from(each('topFeature')),
    topCosine: each('topCosine'),
    alive,
    summary: {
      mixtureCosine: brief('mixtureCosine'),
      mixture: brief('mixture'),
      top: brief('top'),
      rest: brief('rest'),
      features: brief('features'),
      topCosine: brief('topCosine'),
    },
  });
}
