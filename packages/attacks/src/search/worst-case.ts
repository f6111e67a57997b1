import { tensor } from '@tensorflow/tfjs-core';
import type { Found } from './search.ts';

/** Perturbations of some examples with how well they do. */
export interface Candidates extends Found {
  /** How far each example is past the decision boundary; see `progress`. */
  readonly reached: ArrayLike<number>;
}

/** The worst perturbation seen of each example, and all that was spent on it. */
export interface WorstCase {
  /** How far each example came at best; minus infinity before the first candidate. */
  readonly reached: Float32Array;
  /**
   * Takes what is worse than before, example by example.
   *
   * @param rows - The example that each candidate belongs to.
   * @param candidates - Only read; not disposed.
   * @param which - The candidates to look at. Default: all.
   */
  consider(rows: readonly number[], candidates: Candidates, which?: readonly number[]): void;
  /** All that was found; the perturbations are a new tensor, owned by the caller. */
  found(): Candidates;
}

/**
 * A record of the worst perturbation of each example, on the host, so that searches may work on any part of the batch.
 *
 * @param shape - Shape of all perturbations, [batch, ...].
 * @returns An empty record: perturbations of zero.
 */
export function worstCase(shape: readonly number[]): WorstCase {
  const count = shape[0];
  const width = shape.slice(1).reduce((product, length) => product * length, 1);
  const values = new Float32Array(count * width);
  const reached = new Float32Array(count).fill(-Infinity);
  const gradients = new Int32Array(count);
  const zeroGradient = Array<boolean>(count).fill(false);

  return {
    reached,
    consider(rows, candidates, which = [...rows.keys()]) {
      const found = candidates.delta.dataSync<'float32'>();
      for (const at of which) {
        const row = rows[at];
        gradients[row] += candidates.gradients[at];
        zeroGradient[row] ||= candidates.zeroGradient[at];
        if (!(candidates.reached[at] > reached[row])) continue;
        reached[row] = candidates.reached[at];
        values.set(found.subarray(at * width, (at + 1) * width), row * width);
      }
    },
    found: () => ({ delta: tensor(values, [...shape]), reached, gradients, zeroGradient }),
  };
}
