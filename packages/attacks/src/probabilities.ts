import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Whether outputs look like probabilities that were handed in as logits: rows of numbers >= 0 that sum to 1.
 *
 * @param output - Scores [batch] or logits [batch, classes]; read back from the backend.
 * @returns True if every row looks so.
 */
export function looksLikeProbabilities(output: Tensor): boolean {
  if (output.rank !== 2) return false;
  const [count, classes] = output.shape;
  const values = output.dataSync<'float32'>();
  return Array.from({ length: count }, (_, row) => values.subarray(row * classes, (row + 1) * classes)).every(
    (row) => row.every((value) => value >= 0) && Math.abs(row.reduce((total, value) => total + value, 0) - 1) < 1e-4,
  );
}
