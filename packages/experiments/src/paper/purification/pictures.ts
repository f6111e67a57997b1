import type { SparseCodingModel } from '@advml/data';
import type { FeaturePictures } from './measures.ts';

/** Coefficients of all neurons over the dictionary, row by row. */
export interface NamedCoefficients {
  /** Which weights these are. */
  readonly label: string;
  /** Entry i * D + j is the coefficient of atom j in neuron i. */
  readonly values: Float32Array;
}

function topFeature(values: Float32Array, atoms: number, neuron: number): number {
  let top = 0;
  for (let j = 1; j < atoms; j++) {
    if (Math.abs(values[neuron * atoms + j]) > Math.abs(values[neuron * atoms + top])) top = j;
  }
  return top;
}

/**
 * A part of the coefficient matrices that can be looked at: some neurons and the features they end up with.
 *
 * Columns are multiplied by the sign of `w*_j`, so that a dense mixture shows as a background of one colour.
 *
 * @param data - The data model.
 * @param matrices - Coefficients at each stage of training; the last one chooses the features.
 * @param size - Rows and columns at most.
 * @returns Plain numbers.
 */
export function pickPictures(
  { atoms, wStar }: SparseCodingModel,
  matrices: readonly NamedCoefficients[],
  size = 40,
): FeaturePictures {
  const last = matrices[matrices.length - 1].values;
  const rows = new Map<number, number>();
  for (let neuron = 0; neuron < last.length / atoms && rows.size < size; neuron++) {
    const feature = topFeature(last, atoms, neuron);
    if (!rows.has(feature)) rows.set(feature, neuron);
  }
  const [features, neurons] = [[...rows.keys()], [...rows.values()]];
  const panels = matrices.map(({ label, values }) => ({
    label,
    values: neurons.flatMap((neuron) => {
      const row = values.subarray(neuron * atoms, (neuron + 1) * atoms);
      const length = Math.hypot(...row) || 1;
      return features.map((j) => Math.fround((row[j] * Math.sign(wStar[j])) / length));
    }),
  }));
  return { neurons, features, panels };
}
