import { type Batch, type Classifier, InputError, type Key } from '@advml/core';
import { type OptionNames, requireInteger, requireOptions, requirePositive, requireShape } from '@advml/core/internal';
import { gather, logSumExp, matMul, sub, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type DataModel, requireIndices } from './data-model.ts';
import { combine, unitVectors } from './dictionary.ts';
import { gaussianRows } from './gaussian-rows.ts';
import { drawClass } from './labels.ts';
import { orthonormalRows } from './orthonormal-rows.ts';

/** What {@link clusteredData} takes. */
export interface ClusteredDataOptions {
  /** Number of inputs, d. */
  readonly dimension: number;
  /** Number of clusters, k, at least 2. */
  readonly clusters: number;
  /** Standard deviation of every input around the mean of its cluster, in input units. Default: 1. */
  readonly deviation?: number;
  /** Whether the means are at right angles, or random and so nearly at right angles where `k` is far below `d`. Default: `orthogonal`. */
  readonly means?: 'orthogonal' | 'random';
  /** Decides the directions of the means. */
  readonly key: Key;
}

const OPTIONS: OptionNames<ClusteredDataOptions> = {
  dimension: true,
  clusters: true,
  deviation: true,
  means: true,
  key: true,
};

/** Examples of {@link clusteredData}, with the clusters they are from. */
export interface ClusteredBatch extends Batch {
  /** The cluster of each example: a plain array, nothing to dispose. */
  readonly clusters: readonly number[];
}

/** Clusters, each of one label; see {@link clusteredData}. */
export interface ClusteredData extends DataModel<ClusteredBatch> {
  /** Number of inputs, d. */
  readonly dimension: number;
  /** Number of clusters, k. */
  readonly clusters: number;
  /** Standard deviation of every input around the mean of its cluster, in input units. */
  readonly deviation: number;
  /** Means of the clusters one after the other, [k, d], each of length `sqrt(d)`. Not to be written to. */
  readonly means: Float32Array;
  /** Label of each cluster, [k]: +1 and -1 in turn. Not to be written to. */
  readonly signs: Float32Array;
  /**
   * The direction in which one perturbation `-y * size * direction` is against all examples: the sum of the means times their labels,
   * at length 1, [d]. Not to be written to.
   */
  readonly direction: Float32Array;
  /** The best classifier there is: log-odds, [batch]. */
  readonly bayes: Classifier;
}

/**
 * Clusters far apart, at nearly right angles; each has a label, and more than one cluster has the same.
 *
 * ```math
 * x = \mu_q + \xi, \qquad |\mu_q| = \sqrt d, \qquad \xi \sim N(0, \sigma^2 I), \qquad y = y_q, \qquad q \text{ uniform in } 1..k
 * ```
 *
 * Two means are `sqrt(2 d)` apart where they are at right angles, and a network with one neuron a cluster withstands perturbations of
 * that order. Gradient flow is known to find others: accurate ones, which a perturbation of order `sqrt(d / k)` along the
 * direction `sum_q y_q mu_q` makes wrong, the same for all examples of a label.
 *
 * @param options - See {@link ClusteredDataOptions}.
 * @returns A frozen model. It keeps no tensors.
 * @throws InputError if a number is out of its range, or there are more clusters than dimensions at right angles.
 * @example
 * ```ts
 * const model = clusteredData({ dimension: 256, clusters: 16, key: key('data', 0) });
 * const { x, y, clusters } = model.batch(key('train', 0), 64); // [64, 256], [64] of -1 and +1
 * ```
 * @see Frei, Vardi, Bartlett, Srebro: The Double-Edged Sword of Implicit Bias: Generalization vs. Robustness in ReLU Networks, 2023
 * (arXiv:2303.01456); Vardi, Yehudai, Shamir: Gradient Methods Provably Converge to Non-Robust Networks, 2022 (arXiv:2202.04347).
 */
export function clusteredData(options: ClusteredDataOptions): ClusteredData {
  requireOptions<ClusteredDataOptions>('clusteredData', options, OPTIONS);
  const { dimension, clusters, deviation = 1, means: kind = 'orthogonal', key } = options;
  requireInteger({ dimension }, 1);
  requireInteger({ clusters }, 2);
  requirePositive({ deviation }, 'input units');
  if (kind !== 'orthogonal' && kind !== 'random')
    throw new InputError(`means must be 'orthogonal' or 'random', got ${kind}`);
  if (kind === 'orthogonal' && clusters > dimension)
    throw new InputError(`clusters at right angles must be at most ${dimension}, the dimension, got ${clusters}`);
  const directions = (kind === 'orthogonal' ? orthonormalRows : unitVectors)(key.child('means'), clusters, dimension);
  const means = directions.map((entry) => entry * Math.sqrt(dimension));
  const signs = Float32Array.from({ length: clusters }, (_, at) => (at % 2 === 0 ? 1 : -1));
  const sum = combine(directions, signs, dimension);
  const length = Math.sqrt(sum.reduce((total, entry) => total + entry * entry, 0));
  if (!(length > 0))
    throw new InputError(
      `the means of both signs must not cancel, as they may in a dimension of ${dimension}; take a larger one, or another key`,
    );
  const ofSign = (sign: number) => [...signs.keys()].filter((at) => signs[at] === sign);

  return Object.freeze<ClusteredData>({
    dimension,
    clusters,
    deviation,
    means,
    signs,
    direction: Float32Array.from(sum, (entry) => entry / length),
    bayes: (x) => {
      requireShape('x', x, [null, dimension]);
      return tidy(() => {
        const scaled = means.map((entry) => entry / deviation ** 2);
        const logits = matMul(x as Tensor2D, tensor2d(scaled, [clusters, dimension]), false, true); // [batch, k]
        const odds = (sign: number) => logSumExp(gather(logits, ofSign(sign), 1), 1); // [batch]
        return sub(odds(1), odds(-1));
      });
    },
    batch(root, examples) {
      const keys = requireIndices(examples).map((index) => root.child(index));
      const drawn = keys.map((own) => drawClass(own.child('cluster'), clusters));
      const noiseKeys = keys.map((own) => own.child('noise'));
      const rows = gaussianRows(noiseKeys, dimension, deviation); // [batch, d]
      for (const [at, own] of drawn.entries())
        for (let c = 0; c < dimension; c++) rows[at * dimension + c] += means[own * dimension + c];
      return {
        x: tensor2d(rows, [keys.length, dimension]),
        y: tensor1d(Float32Array.from(drawn, (own) => signs[own])),
        clusters: drawn,
      };
    },
  });
}
