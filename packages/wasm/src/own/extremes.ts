import type { BinaryInputs, TensorInfo } from '@tensorflow/tfjs-core';
import { count, kernel, pointer } from '../kernels/kernel.ts';
import type { OwnTopic } from './own-topic.ts';

/** The larger and the smaller of two tensors of one shape, four numbers at a time by the own module. */
export const extremes: OwnTopic = ({ exports: { larger, smaller } }, composed) =>
  (
    [
      ['Maximum', larger],
      ['Minimum', smaller],
    ] as const
  ).map(([kernelName, choose]) => {
    const otherwise = composed(kernelName);
    return kernel<BinaryInputs>(kernelName, ({ inputs, attrs, backend, run, make }) => {
      const { a, b } = inputs as Record<'a' | 'b', TensorInfo>;
      const alike = a.shape.length === b.shape.length && a.shape.every((length, axis) => length === b.shape[axis]);
      if (!alike || a.dtype !== 'float32' || b.dtype !== 'float32') return run(otherwise, inputs, attrs);
      const out = make(a.shape);
      choose(count(a.shape), pointer(backend, a), pointer(backend, b), pointer(backend, out));
      return out;
    });
  });
