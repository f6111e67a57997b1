import type { Tensor } from '@tensorflow/tfjs-core';
import type { Picture } from './measures.ts';

/**
 * The pictures of a batch as plain numbers of three digits.
 *
 * @param images - [batch, ...]; only read.
 * @returns One list a picture.
 */
export function picturesOf(images: Tensor): readonly Picture[] {
  const values = images.dataSync();
  const size = values.length / images.shape[0];
  return Array.from({ length: images.shape[0] }, (_, at) =>
    Array.from(values.subarray(at * size, (at + 1) * size), (value) => Number(value.toPrecision(3))),
  );
}
