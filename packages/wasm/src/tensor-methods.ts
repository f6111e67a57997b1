import { reshape, sign, stridedSlice, Tensor, transpose } from '@tensorflow/tfjs-core';

/** Methods of tensors that tfjs-layers calls: its initializer `orthogonal`, the usual one of recurrent layers. */
const methods = {
  flatten(this: Tensor) {
    return reshape(this, [this.size]);
  },
  reshape(this: Tensor, shape: number[]) {
    return reshape(this, shape);
  },
  sign(this: Tensor) {
    return sign(this);
  },
  stridedSlice(this: Tensor, begin: number[], end: number[], strides: number[]) {
    return stridedSlice(this, begin, end, strides);
  },
  transpose(this: Tensor, order?: number[]) {
    return transpose(this, order);
  },
};

/** Gives tensors the methods that tfjs-layers takes for granted, where only `@tensorflow/tfjs` would bring them. */
export function addTensorMethods() {
  for (const [name, value] of Object.entries(methods)) {
    if (name in Tensor.prototype) continue;
    Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
  }
}
