import type { Batch, Norm } from '@advml/core';
import { sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { examplesAt } from './slices.ts';

/**
 * How far it is from each example to the nearest one of another class: at that radius an attack can succeed for sure.
 *
 * @param norm - How distances are measured.
 * @param batch - All examples.
 * @param among - Positions of examples that the model gets right; only these count as neighbours.
 * @param positions - Which of them to measure.
 * @returns One distance a position; infinite where there is no other class.
 */
export function certainRadii(
  norm: Norm,
  batch: Batch,
  among: readonly number[],
  positions: readonly number[],
): readonly number[] {
  const labels = batch.y.dataSync();
  const others = examplesAt(batch, among);
  const radii = positions.map((position) =>
    tidy(() => {
      const own = examplesAt(batch, [position]).x;
      const distances = norm.size(sub(others.x, own) as Tensor).dataSync<'float32'>();
      return distances.reduce(
        (least, distance, at) => (labels[among[at]] === labels[position] ? least : Math.min(least, distance)),
        Infinity,
      );
    }),
  );
  others.x.dispose();
  others.y.dispose();
  return radii;
}
