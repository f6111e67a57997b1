import { backend_util, type SumAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { count, floats, type KernelTopic, kernel } from '../kernel.ts';

/**
 * Sums and means, in double precision.
 *
 * The stock kernels add up in single precision, one after the other: the mean of a million entries of 0.1 is off by a
 * hundredth. They transpose for every axis but the last, which takes ten times as long as the sum, and leave the sum of
 * nothing undefined.
 */
export const sums: KernelTopic = (stock) =>
  ['Sum', 'Mean'].map((kernelName) => {
    const ofWholeNumbers = stock(kernelName);
    return kernel<{ x: TensorInfo }, SumAttrs>(kernelName, ({ inputs: { x }, attrs, backend, run, make }) => {
      if (x.dtype !== 'float32') return run(ofWholeNumbers, { x }, attrs);
      const axes = attrs.axis as number[];
      const [reduced, summed] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const terms = count(summed);
      const together = axes.every((axis, at) => axis === axes[0] + at);
      const others = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
      const ordered = together ? x : run('Transpose', { x }, { perm: [...others, ...axes] });
      const inner = together ? count(x.shape.slice((axes.at(-1) ?? -1) + 1)) : 1;
      const out = make(attrs.keepDims ? backend_util.expandShapeToKeepDim(reduced, axes) : reduced);
      const scale = kernelName === 'Mean' ? 1 / terms : 1;
      sumMiddle(floats(backend, ordered), floats(backend, out), terms, inner, scale);
      return out;
    });
  });

/** Sums the middle axis of [outer, terms, inner]. */
function sumMiddle(from: Float32Array, to: Float32Array, terms: number, inner: number, scale: number) {
  if (inner === 1) return sumRows(from, to, terms, scale);
  const total = new Float64Array(inner);
  for (let start = 0, at = 0; start < to.length; start += inner) {
    total.fill(0);
    for (let term = 0; term < terms; term++) {
      for (let column = 0; column < inner; column++) total[column] += from[at++];
    }
    for (let column = 0; column < inner; column++) to[start + column] = scale * total[column];
  }
}

function sumRows(from: Float32Array, to: Float32Array, terms: number, scale: number) {
  for (let row = 0, at = 0; row < to.length; row++) {
    let total = 0;
    for (const end = at + terms; at < end; at++) total += from[at];
    to[row] = scale * total;
  }
}
