import type { BinaryInputs, TensorInfo } from '@tensorflow/tfjs-core';
import { count, kernel, pointer } from '../kernel.ts';
import type { NativeTopic } from './native-topic.ts';

/** The larger and the smaller of two tensors of one shape, four numbers at a time by the native module. */
export const extremes: NativeTopic = ({ exports }, composed) =>
  ['Maximum', 'Minimum'].map((kernelName) => {
    const otherwise = composed(kernelName);
    return kernel<BinaryInputs>(kernelName, ({ inputs, attrs, backend, run, make }) => {
      const { a, b } = inputs as Record<'a' | 'b', TensorInfo>;
      const alike = a.shape.length === b.shape.length && a.shape.every((length, axis) => length === b.shape[axis]);
      if (!alike || a.dtype !== 'float32' || b.dtype !== 'float32') return run(otherwise, inputs, attrs);
      const out = make(a.shape);
      const [left, right, to] = [a, b, out].map((info) => pointer(backend, info));
      exports.extremes(kernelName === 'Maximum', count(a.shape), left, right, to);
      return out;
    });
  });
