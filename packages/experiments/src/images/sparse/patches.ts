import type { Batch } from '@advml/core';
import { imagePatches, type Matrix } from '@advml/purification';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { SparseWorld } from './setting.ts';

/** Patches of images. */
export interface Patches {
  /** One patch a row, its mean taken away. */
  readonly patches: Matrix;
  /** The place in the batch of the image that each is from. */
  readonly image: ArrayLike<number>;
}

/**
 * What the first layer sees of images: patches as large as its filters, or whole images where it is dense.
 *
 * @param filter - Shape of its weight.
 * @param world - The run.
 * @param images - Only read.
 * @param part - Where they are from, which decides where patches are cut.
 * @returns Patches in the order of the weight's rows.
 */
export function patchesSeenBy(
  filter: readonly number[],
  { shape, root, setting }: SparseWorld,
  { x }: Batch,
  part: 'train' | 'test',
): Patches {
  if (filter.length === 4) {
    const key = root.child('patches', part);
    return imagePatches(x as Tensor4D, { size: filter[2], perImage: setting.sparse.patches, key, centered: true });
  }
  const length = shape.reduce((product, side) => product * side, 1);
  const data = Float64Array.from(x.dataSync());
  const count = data.length / length;
  for (let at = 0; at < count; at++) {
    const own = data.subarray(at * length, (at + 1) * length);
    const mean = own.reduce((sum, value) => sum + value, 0) / length;
    for (const [pixel, value] of own.entries()) own[pixel] = value - mean;
  }
  return { patches: { shape: [count, length], data }, image: Int32Array.from({ length: count }, (_, at) => at) };
}
