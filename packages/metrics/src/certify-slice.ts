import type { AnyClassifier, Batch, Certifier, Classifier } from '@advml/core';
import { outputOf, requireCertificates } from '@advml/core/internal';
import { abs, max, reshape, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { checkedMargins } from './checked-margins.ts';
import { measuredDistance } from './grade.ts';

/** What a certifier said of one example: plain data, such as part of a line of a file. */
export interface Proven {
  /** Lower bound of the margin within the threat, in output units; null where nothing is known. */
  readonly bound: number | null;
  /** Largest absolute output without attack. */
  readonly outputSize: number;
  /** Size of the input in the threat's norm. */
  readonly inputSize: number;
  /** Output margin at the worst input that the proof came upon, measured afresh; null where it looks for none. */
  readonly margin: number | null;
  /** Size of that perturbation in the threat's norm. */
  readonly distance: number | null;
}

/** One number a row, read back. */
function numbersOf(make: () => Tensor): Float32Array {
  const values = tidy(make);
  const numbers = values.dataSync<'float32'>();
  values.dispose();
  return numbers;
}

/** Largest absolute output of each example. */
const outputSizes = (model: Classifier, x: Tensor): Float32Array =>
  numbersOf(() => max(abs(reshape(outputOf(model, x), [x.shape[0], -1])), 1));

/** Margin and distance of the worst inputs that a proof came upon, graded as those of an attack. */
async function graded(
  model: Classifier,
  { x, y }: Batch,
  positions: readonly number[],
  certifier: Certifier,
  found: Float32Array | undefined,
): Promise<readonly Pick<Proven, 'margin' | 'distance'>[]> {
  if (!found) return positions.map(() => ({ margin: null, distance: null }));
  const worst = tensor(found, x.shape);
  try {
    const distance = measuredDistance(certifier, { x, y }, worst, positions);
    const margins = await checkedMargins(model, { x: worst, y }, positions, certifier.label);
    return positions.map((_, at) => ({ margin: margins[at], distance: distance[at] }));
  } finally {
    worst.dispose();
  }
}

/**
 * Certifies some examples, and grades what the proofs came upon.
 *
 * @param given - The model; proofs refuse one that answers later.
 * @param slice - The examples; only read.
 * @param positions - Where they stand in the whole batch, for messages.
 * @param certifier - The certifier.
 * @param signal - Stops it.
 * @returns One outcome an example, and what the certifier warns of.
 */
export async function certifySlice(
  given: AnyClassifier,
  slice: Batch,
  positions: readonly number[],
  certifier: Certifier,
  signal?: AbortSignal,
): Promise<{ readonly outcomes: readonly Proven[]; readonly warnings: readonly string[] }> {
  const model = given as Classifier;
  const proved = await certifier(model, slice.x, slice.y, { signal });
  requireCertificates(certifier.label, proved, slice.x);
  const { bound, worst, warnings } = proved;
  const found = await graded(model, slice, positions, certifier, worst);
  const outputs = outputSizes(model, slice.x);
  const inputs = numbersOf(() => certifier.threat.norm.size(slice.x));
  const outcomes = positions.map((_, at) => ({
    bound: bound[at] > -Infinity ? bound[at] : null,
    outputSize: outputs[at],
    inputSize: inputs[at],
    ...found[at],
  }));
  return { outcomes, warnings };
}
