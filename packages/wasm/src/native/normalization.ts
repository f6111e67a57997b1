import type { FusedBatchNormAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { count, floats, kernel, pointer } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import type { NativeTopic } from './native-topic.ts';

interface Normalized {
  readonly x: TensorInfo;
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly offset?: TensorInfo;
  readonly scale?: TensorInfo;
}

interface Centred {
  readonly dy: TensorInfo;
  readonly x: TensorInfo;
  readonly mean: TensorInfo;
}

/** Length from which the pattern that `normalize` repeats keeps it busy. */
const LONG = 64;

/** Batch normalization by the native module, in one pass, and the sum that all its gradients in the moments need. */
export const normalization: NativeTopic = ({ exports }) => [
  kernel<Normalized, FusedBatchNormAttrs>(
    'FusedBatchNorm',
    ({ inputs: { x, mean, variance, offset, scale }, attrs: { varianceEpsilon }, backend, make, scratch }) => {
      const out = make(x.shape);
      if (count(x.shape) === 0) return out;
      const given = [mean, variance, offset, scale].flatMap((info) => (info ? [count(info.shape)] : []));
      const longest = Math.max(...given);
      const copies = longest % 4 === 0 && longest >= LONG ? 1 : 4 * Math.ceil(LONG / 4 / longest);
      const period = longest * copies;
      const pattern = scratch(12 * period);
      const [means, variances] = [floats(backend, mean), floats(backend, variance)];
      const offsets = offset ? floats(backend, offset) : [0];
      const scales = scale ? floats(backend, scale) : [1];
      const to = new Float32Array(heapOf(backend).HEAPU8.buffer, pattern, 3 * period);
      for (let at = 0; at < period; at++) {
        to[at] = means[at % means.length];
        const deviation = Math.sqrt(variances[at % variances.length] + varianceEpsilon);
        to[period + at] = scales[at % scales.length] / deviation;
        to[2 * period + at] = offsets[at % offsets.length];
      }
      const patterns = [pattern, pattern + 4 * period, pattern + 8 * period] as const;
      exports.normalize(count(x.shape), period, ...patterns, pointer(backend, x), pointer(backend, out));
      return out;
    },
  ),

  kernel<Centred>('CentredProductSum', ({ inputs: { dy, x, mean }, backend, make, scratch }) => {
    const out = make(mean.shape);
    const width = count(mean.shape);
    const totals = scratch(8 * width);
    const [given, from, centre] = [dy, x, mean].map((info) => pointer(backend, info));
    exports.addCentred(count(x.shape) / width, width, given, from, centre, totals);
    floats(backend, out).set(new Float64Array(heapOf(backend).HEAPU8.buffer, totals, width));
    return out;
  }),
];
