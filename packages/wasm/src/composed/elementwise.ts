import type { PreluInputs, TensorInfo } from '@tensorflow/tfjs-core';
import { count, floats, type KernelTopic, kernel } from '../kernel.ts';

/**
 * Signs of small numbers, which the stock kernel calls 0 below 1.2e-7, and `prelu` with slopes that are shared along an axis:
 * the stock kernel takes any slopes for those of the last axes.
 */
export const elementwise: KernelTopic = (stock) => {
  const [signOfWhole, preluOfLast] = [stock('Sign'), stock('Prelu')];
  return [
    kernel<{ x: TensorInfo }>('Sign', ({ inputs: { x }, backend, run, make }) => {
      if (x.dtype !== 'float32') return run(signOfWhole, { x });
      const out = make(x.shape);
      const [from, to] = [floats(backend, x), floats(backend, out)];
      for (let at = 0; at < to.length; at++) to[at] = from[at] > 0 ? 1 : from[at] < 0 ? -1 : 0;
      return out;
    }),

    kernel<PreluInputs>('Prelu', ({ inputs, run }) => {
      const { x, alpha } = inputs as Record<'x' | 'alpha', TensorInfo>;
      const lengths = [...x.shape.slice(alpha.shape.length).fill(1), ...alpha.shape]; // one for each axis of x
      const first = lengths.findIndex((length) => length > 1);
      if (first < 0 || count(alpha.shape) === count(x.shape.slice(first))) return run(preluOfLast, { x, alpha });
      const slopes = run('Reshape', { x: alpha }, { shape: lengths });
      const repeated = run('Tile', { x: slopes }, { reps: x.shape.map((length, axis) => length / lengths[axis]) });
      return run(preluOfLast, { x, alpha: repeated });
    }),
  ];
};
