import { type Batch, InputError, type Key } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import { type Tensor, type Tensor1D, tensor } from '@tensorflow/tfjs-core';
import { type DataModel, requireIndices } from './data-model.ts';

/** A fixed, numbered set of examples, of which any may be taken. */
export interface ExampleSet<B extends Batch = Batch> {
  /** How many examples there are. */
  readonly count: number;
  /**
   * Some of the examples.
   *
   * @param indices - Which ones, from 0 to `count - 1`, in any order; or how many of the first.
   * @returns The examples; `x` and `y` are owned by the caller.
   */
  take(indices: number | readonly number[]): B;
}

/**
 * A batch as a set that keeps its own copy of the numbers, outside the backend.
 *
 * @param batch - Only read; the caller may dispose it afterwards.
 * @returns The same examples in the same order. It keeps no tensors.
 * @throws InputError if there are not as many labels as inputs.
 * @example
 * ```ts
 * const set = examplesOf(batch);
 * const { x, y } = set.take([3, 1]); // [2, ...], [2]
 * ```
 */
export function examplesOf(batch: Batch): ExampleSet {
  const count = batch.x.shape[0];
  if (batch.y.shape[0] !== count) {
    throw new InputError(`labels must be ${count}, one an example, got ${batch.y.shape[0]}`);
  }
  const [takeX, takeY] = [rowsOf(batch.x), rowsOf(batch.y)];
  return Object.freeze<ExampleSet>({
    count,
    take(indices) {
      const wanted = requireIndices(indices, count);
      return { x: takeX(wanted), y: takeY(wanted) as Tensor1D };
    },
  });
}

/** The rows of a tensor, copied to the host; gives some of them as a new tensor. */
function rowsOf(source: Tensor): (indices: readonly number[]) => Tensor {
  const values = source.dataSync().slice();
  const [rows, ...shape] = source.shape;
  const width = rows === 0 ? 0 : source.size / rows;
  const dtype = source.dtype === 'int32' ? 'int32' : 'float32';
  return (indices) => {
    const taken = dtype === 'int32' ? new Int32Array(indices.length * width) : new Float32Array(indices.length * width);
    for (const [at, index] of indices.entries())
      taken.set(values.subarray(index * width, (index + 1) * width), at * width);
    return tensor(taken, [indices.length, ...shape], dtype);
  };
}

/**
 * The first examples of a data model as a set: training data that repeat, against fresh ones.
 *
 * @param model - Any data model.
 * @param key - Decides the examples.
 * @param count - How many.
 * @param frame - Coordinates of the inputs, where the model offers several.
 * @returns A set that draws its examples anew each time they are taken, always the same. It keeps no tensors.
 * @throws InputError if `count` is not an integer >= 0.
 * @example
 * ```ts
 * const set = modelExamples(model, key('train', 0), 20000);
 * ```
 */
export function modelExamples<B extends Batch, Frame>(
  model: DataModel<B, Frame>,
  key: Key,
  count: number,
  frame?: Frame,
): ExampleSet<B> {
  requireInteger({ count });
  return Object.freeze<ExampleSet<B>>({
    count,
    take: (indices) => model.batch(key, requireIndices(indices, count), frame),
  });
}
