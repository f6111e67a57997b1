import { type Batch, type Classifier, InputError, type Key } from '@advml/core';
import { type OptionNames, requireInteger, requireOptions, requirePositive, requireShape } from '@advml/core/internal';
import { matMul, mul, squeeze, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type DataModel, requireIndices } from './data-model.ts';
import { combine } from './dictionary.ts';
import { gaussianRows } from './gaussian-rows.ts';
import { drawClass, type LabelKind, labelTensor, requireLabelKind } from './labels.ts';
import { orthonormalRows } from './orthonormal-rows.ts';
import { simplex } from './simplex.ts';

/** What {@link gaussianMixture} takes. */
export interface GaussianMixtureOptions {
  /** Number of inputs, d. */
  readonly dimension: number;
  /** Number of classes, at least 2 and at most `dimension + 1`. Default: 2. */
  readonly classes?: number;
  /** Distance between any two class means, in input units. */
  readonly separation: number;
  /** Standard deviation of every input around its class mean, in input units. Default: 1. */
  readonly deviation?: number;
  /** How labels are written. Default: `signs` for two classes. */
  readonly labels?: LabelKind;
  /** Decides the directions of the means. */
  readonly key: Key;
}

const OPTIONS: OptionNames<GaussianMixtureOptions> = {
  dimension: true,
  classes: true,
  separation: true,
  deviation: true,
  labels: true,
  key: true,
};

/** A Gaussian for each class; see {@link gaussianMixture}. */
export interface GaussianMixture extends DataModel<Batch> {
  /** Number of inputs, d. */
  readonly dimension: number;
  /** Number of classes. */
  readonly classes: number;
  /** Distance between any two class means, in input units. */
  readonly separation: number;
  /** Standard deviation of every input around its class mean, in input units. */
  readonly deviation: number;
  /** Class means one after the other, [classes, d]. Not to be written to. */
  readonly means: Float32Array;
  /**
   * The best classifier there is: log-odds [batch] for signs, log-probabilities up to a shared constant [batch, classes]
   * for classes.
   */
  readonly bayes: Classifier;
}

/**
 * Equally likely classes, each a Gaussian around its own mean; the means are equally far apart.
 *
 * ```math
 * x \mid y \sim N(\mu_y, \sigma^2 I), \qquad |\mu_a - \mu_b| = s \text{ for } a \ne b, \qquad \textstyle\sum_a \mu_a = 0
 * ```
 *
 * The Bayes classifier is linear. With two classes its accuracy is the normal distribution function at half the separation,
 * and it is also the most robust classifier in l2: at radius `eps` no classifier is right on a larger share than
 *
 * ```math
 * \Phi\Bigl(\frac{s/2 - \varepsilon}{\sigma}\Bigr) \quad\text{for } \varepsilon \le s/2, \qquad \tfrac12 \text{ beyond,}
 * ```
 *
 * where beyond half the separation a constant answer does best.
 *
 * @param options - See {@link GaussianMixtureOptions}.
 * @returns A frozen model. It keeps no tensors.
 * @throws InputError if a number is out of its range, or there are too many classes for the dimension.
 * @example
 * ```ts
 * const model = gaussianMixture({ dimension: 20, separation: 4, key: key('data', 0) });
 * const { x, y } = model.batch(key('test', 0), 100); // [100, 20], [100] of -1 and +1
 * const scores = model.bayes(x); // [100]
 * ```
 * @see Bhagoji, Cullina, Mittal: Lower Bounds on Adversarial Robustness from Optimal Transport, 2019 (arXiv:1909.12272),
 * for the bound.
 */
export function gaussianMixture(options: GaussianMixtureOptions): GaussianMixture {
  requireOptions<GaussianMixtureOptions>('gaussianMixture', options, OPTIONS);
  const { dimension, classes = 2, separation, deviation = 1, key } = options;
  const { labels = classes === 2 ? 'signs' : 'classes' } = options;
  requireInteger({ dimension }, 1);
  requirePositive({ separation, deviation }, 'input units');
  requireLabelKind(labels, classes);
  if (classes > dimension + 1) {
    throw new InputError(
      `classes must be at most dimension + 1 = ${dimension + 1}, got ${classes}; they are equally far apart`,
    );
  }
  const axes = orthonormalRows(key.child('means'), classes - 1, dimension);
  const means = new Float32Array(classes * dimension);
  for (const [own, corner] of simplex(classes, separation).entries()) {
    means.set(combine(axes, corner, dimension), own * dimension);
  }

  return Object.freeze<GaussianMixture>({
    dimension,
    classes,
    separation,
    deviation,
    means,
    bayes: (x) => {
      requireShape('x', x, [null, dimension]);
      return tidy(() => {
        const scaled = mul(tensor2d(means, [classes, dimension]), 1 / deviation ** 2);
        const logits = matMul(x as Tensor2D, scaled as Tensor2D, false, true); // [batch, classes]; all means are as long
        return labels === 'classes' ? logits : squeeze(matMul(logits, tensor2d([[-1], [1]])), [1]);
      });
    },
    batch(key, examples) {
      const keys = requireIndices(examples).map((index) => key.child(index));
      const drawn = keys.map((own) => drawClass(own.child('class'), classes));
      const noiseKeys = keys.map((own) => own.child('noise'));
      const rows = gaussianRows(noiseKeys, dimension, deviation); // [batch, d]
      for (const [at, own] of drawn.entries()) {
        for (let c = 0; c < dimension; c++) rows[at * dimension + c] += means[own * dimension + c];
      }
      return { x: tensor2d(rows, [keys.length, dimension]), y: labelTensor(drawn, labels) };
    },
  });
}
