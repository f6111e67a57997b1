import { backend_util, type SumAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { count, floats, kernel, pointer } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import type { NativeTopic } from './native-topic.ts';

/** Sums and means over axes that follow one another, as in the gradient of a bias, in double precision. */
export const sums: NativeTopic = ({ exports }, composed) =>
  ['Sum', 'Mean'].map((kernelName) => {
    const otherwise = composed(kernelName);
    return kernel<{ x: TensorInfo }, SumAttrs>(kernelName, ({ inputs: { x }, attrs, backend, run, make, scratch }) => {
      const axes = attrs.axis as number[];
      const [reduced, summed] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const together = axes.every((axis, at) => axis === axes[0] + at);
      if (x.dtype !== 'float32' || !together) return run(otherwise, { x }, attrs);
      const out = make(attrs.keepDims ? backend_util.expandShapeToKeepDim(reduced, axes) : reduced);
      const [terms, sums] = [count(summed), count(reduced)];
      const totals = scratch(8 * sums);
      const inner = count(x.shape.slice((axes.at(-1) ?? -1) + 1));
      const from = pointer(backend, x);
      if (inner === 1) exports.addRows(sums, terms, from, totals);
      else exports.addMiddle(sums / inner, terms, inner, from, totals);
      const scale = kernelName === 'Mean' ? 1 / terms : 1;
      const values = new Float64Array(heapOf(backend).HEAPU8.buffer, totals, sums);
      const to = floats(backend, out);
      for (let at = 0; at < sums; at++) to[at] = scale * values[at];
      return out;
    });
  });
