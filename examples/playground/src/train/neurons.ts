// What the neurons are made of: a few features each, and a little of all others.
import type { SparseCodingModel } from '@advml/data';
import { featureMass } from '@advml/purification';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** Neurons against features. */
export interface Neurons {
  /** Number of neurons. */
  readonly rows: number;
  /** Number of features. */
  readonly columns: number;
  /**
   * The cosine of each neuron with each feature, [rows, columns], positive where it votes as the feature does. Neurons are in the order
   * of the feature that they carry most of.
   */
  readonly cosines: Float32Array;
  /** Mean size of the cosine of a neuron with the dense mixture of all features. */
  readonly mixture: number;
}

/** Looks at weights [neurons, inputs]. */
export function neuronsOf(data: SparseCodingModel, weight: Tensor2D): Neurons {
  const coefficients = data.toCoefficients(weight);
  const [rows, columns] = coefficients.shape;
  const alpha = coefficients.dataSync() as Float32Array;
  coefficients.dispose();
  const { summary, topFeature } = featureMass({ shape: [rows, columns], data: alpha }, data.wStar);
  const order = Array.from(topFeature.keys()).sort((a, b) => topFeature[a] - topFeature[b] || a - b);
  const cosines = new Float32Array(rows * columns);
  for (const [row, neuron] of order.entries()) {
    const own = alpha.subarray(neuron * columns, (neuron + 1) * columns);
    const size = Math.hypot(...own) || 1;
    for (let j = 0; j < columns; j++) cosines[row * columns + j] = (own[j] * Math.sign(data.wStar[j])) / size;
  }
  return { rows, columns, cosines, mixture: summary.mixtureCosine.mean };
}
