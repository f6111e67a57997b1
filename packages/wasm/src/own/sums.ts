import { backend_util, type SumAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { count, floats, kernel, pointer } from '../kernels/kernel.ts';
import { heapOf } from '../kernels/memory.ts';
import type { OwnTopic } from './own-topic.ts';

/** Sums and means over leading axes, in double precision, by the own module: the gradient of every bias. */
export const sums: OwnTopic = ({ exports }, composed) =>
  ['Sum', 'Mean'].map((kernelName) => {
    const otherwise = composed(kernelName);
    return kernel<{ x: TensorInfo }, SumAttrs>(kernelName, ({ inputs: { x }, attrs, backend, run, make, scratch }) => {
      const axes = util.parseAxisParam(attrs.axis, x.shape).sort((a, b) => a - b);
      const [reduced, summed] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const leading = axes.length > 0 && axes.every((axis, at) => axis === at);
      if (x.dtype !== 'float32' || !leading || count(reduced) === 1) return run(otherwise, { x }, attrs);
      const out = make(attrs.keepDims ? backend_util.expandShapeToKeepDim(reduced, axes) : reduced);
      const [terms, inner] = [count(summed), count(reduced)];
      const totals = scratch(8 * inner);
      exports.addMiddle(terms, inner, pointer(backend, x), totals);
      const scale = kernelName === 'Mean' ? 1 / terms : 1;
      const from = new Float64Array(heapOf(backend).HEAPU8.buffer, totals, inner);
      const to = floats(backend, out);
      for (let at = 0; at < inner; at++) to[at] = scale * from[at];
      return out;
    });
  });
