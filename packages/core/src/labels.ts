import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';

/**
 * Refuses outputs and labels that do not belong together.
 *
 * @param output - Scores [batch] or logits [batch, classes]; shape only.
 * @param y - Labels [batch]: -1 or +1 for scores, class indices for logits.
 * @throws {@link InputError} that names the shape or the first bad label.
 * @example
 * ```ts
 * requireLabels(model(x), y);
 * ```
 */
export function requireLabels(output: Tensor, y: Tensor1D): void {
  const [batch, classes] = output.shape;
  if (output.rank !== 1 && output.rank !== 2) {
    throw new InputError(`a model must give scores [batch] or logits [batch, classes], got shape [${output.shape}]`);
  }
  if (y.rank !== 1 || y.shape[0] !== batch) {
    throw new InputError(`labels must have shape [${batch}], one an example, got [${y.shape}]`);
  }
  if (output.rank === 2 && classes < 2) {
    throw new InputError(
      'logits [batch, 1] are ambiguous: give scores [batch] with labels -1 and +1, or at least two classes',
    );
  }
  const fits =
    output.rank === 1
      ? (label: number) => label === 1 || label === -1
      : (label: number) => Number.isInteger(label) && label >= 0 && label < classes;
  const bad = y.dataSync().find((label) => !fits(label));
  if (bad !== undefined) {
    const wanted =
      output.rank === 1
        ? '-1 or +1 (the model gives scores)'
        : `class indices 0..${classes - 1} (the model gives logits)`;
    throw new InputError(`labels must be ${wanted}, got ${bad}`);
  }
}

/**
 * Signed distance of each output from the decision boundary, in output units: positive where the label wins.
 *
 * ```math
 * y f(x) \quad\text{or}\quad z_y - \max_{k \ne y} z_k
 * ```
 *
 * @param output - Scores [batch] or logits [batch, classes]; read back from the backend.
 * @param y - Labels [batch].
 * @returns One number an example, NaN where the output is NaN.
 * @throws {@link InputError} if they do not belong together; see `requireLabels`.
 * @example
 * ```ts
 * const correct = outputMargins(model(x), y).map((margin) => (margin > 0 ? 1 : 0));
 * ```
 */
export function outputMargins(output: Tensor, y: Tensor1D): Float32Array {
  requireLabels(output, y);
  const [values, labels] = [output.dataSync(), y.dataSync()];
  if (output.rank === 1) return Float32Array.from(values, (value, at) => value * labels[at]);
  const classes = output.shape[1] as number;
  return Float32Array.from(labels, (label, at) => {
    const row = values.subarray(at * classes, (at + 1) * classes);
    let best = -Infinity;
    for (let k = 0; k < classes; k++) if (k !== label) best = Math.max(best, row[k]); // NaN stays NaN
    return row[label] - best;
  });
}
