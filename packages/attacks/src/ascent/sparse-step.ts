import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { widthOf } from '../search/rows.ts';

/**
 * Steps of l1 size 1 that move the entries with the largest gradients by the same amount each.
 *
 * Entries that tie with the last one taken are taken too; entries without gradient never are.
 *
 * @param gradient - [batch, ...]; read back from the backend.
 * @param count - How many entries of each example are to move, at least one.
 * @returns Steps like `gradient`, zero where the gradient is; owned by the caller.
 */
export function sparseSteps(gradient: Tensor, count: (row: number) => number): Tensor {
  const [width, values] = [widthOf(gradient), gradient.dataSync<'float32'>()];
  const steps = new Float32Array(values.length);
  for (let row = 0; row < gradient.shape[0]; row++) {
    const sizes = values.slice(row * width, (row + 1) * width).map(Math.abs);
    const least = sizes.slice().sort()[width - Math.min(Math.max(count(row), 1), width)];
    const moves = (size: number) => size > 0 && size >= least;
    const share = 1 / sizes.filter(moves).length;
    for (let at = 0; at < width; at++)
      if (moves(sizes[at])) steps[row * width + at] = values[row * width + at] > 0 ? share : -share;
  }
  return tensor(steps, gradient.shape);
}
