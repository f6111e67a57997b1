import { backend_util, type SumAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { count, floats, type KernelTopic, kernel } from './kernel.ts';

/**
 * Sums over leading axes, such as the gradient of a bias, row by row in double precision.
 *
 * The stock kernel transposes first, which takes ten times as long, and leaves the sum of nothing undefined.
 */
export const sums: KernelTopic = (stock) => {
  const general = stock('Sum');
  return [
    kernel<{ x: TensorInfo }, SumAttrs>('Sum', ({ inputs: { x }, attrs, backend, run, make }) => {
      const axes = util.parseAxisParam(attrs.axis, x.shape);
      const leading = axes.length > 0 && axes.length < x.shape.length && axes.every((axis) => axis < axes.length);
      const empty = count(x.shape) === 0;
      if (x.dtype !== 'float32' || !(leading || empty)) return run(general, { x }, attrs);
      const [reduced] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const out = make(attrs.keepDims ? backend_util.expandShapeToKeepDim(reduced, axes) : reduced);
      if (empty) floats(backend, out).fill(0);
      else sumRows(floats(backend, x), floats(backend, out), count(reduced));
      return out;
    }),
  ];
};

function sumRows(from: Float32Array, to: Float32Array, width: number) {
  const total = new Float64Array(width);
  for (let start = 0; start < from.length; start += width) {
    for (let at = 0; at < width; at++) total[at] += from[start + at];
  }
  to.set(total);
}
