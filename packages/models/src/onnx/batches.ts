import { key, uniformTensor } from '@advml/core';
import { concat, pad, slice, split, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** From inputs [batch, ...] to outputs [batch, ...]. */
export type Run = (x: Tensor) => Tensor;

const rowsOf = (x: Tensor, from: number, count: number) =>
  slice(x, [from, ...x.shape.slice(1).map(() => 0)], [count, ...x.shape.slice(1)]);

/**
 * A model that runs on batches of one size only, on batches of any size: part by part, the last one filled up with zeros.
 *
 * @param run - The model.
 * @param size - Examples that it takes.
 */
export function inParts(run: Run, size: number): Run {
  return (x) => {
    const batch = x.shape[0];
    const parts = Math.max(1, Math.ceil(batch / size)); // one for no examples, whose output has a shape too
    const missing = parts * size - batch;
    const filled = missing === 0 ? x : pad(x, [[0, missing], ...x.shape.slice(1).map((): [number, number] => [0, 0])]);
    const outputs = split(filled, parts).map(run);
    return rowsOf(concat(outputs), 0, batch);
  };
}

const isNear = (a: number, b: number) =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= 1e-4 * (1 + Math.abs(b));

/**
 * Whether a model treats each example on its own, whatever the batch: on random inputs it gives the same for a batch of twice the size as
 * for its halves. Models exported with a fixed batch may have that number in a shape.
 *
 * @param run - The model.
 * @param size - Examples that it surely takes.
 * @param shape - Shape of one input.
 * @returns The output's shape for `size` examples, and whether other batches may be used.
 * @throws What the model throws for `size` examples.
 */
export function triedOut(run: Run, size: number, shape: readonly number[]): { output: number[]; anyBatch: boolean } {
  return tidy(() => {
    const x = uniformTensor(key('fromOnnx', 'trial'), [2 * size, ...shape]);
    const halves = [0, size].map((from) => run(rowsOf(x, from, size)));
    const output = halves[0].shape;
    try {
      const whole = run(x);
      const apart = concat(halves).dataSync();
      const together = whole.dataSync();
      const anyBatch =
        whole.shape[0] === 2 * size &&
        together.length === apart.length &&
        together.every((value, at) => isNear(value, apart[at]));
      return { output, anyBatch };
    } catch {
      return { output, anyBatch: false };
    }
  });
}
