import type { CastAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelTopic, kernel } from '../kernel.ts';

/**
 * Whole numbers and flags as floats, on WebGPU: that backend calls them floats and leaves them as they are, and then its
 * transposition of them does not compile, and what is summed along other axes than the last is whatever was in memory.
 */
export const casts: KernelTopic = (stock) => [
  kernel<Readonly<Record<'x', TensorInfo>>, CastAttrs>('Cast', (call) => {
    const { x } = call.inputs;
    const cast = call.run(stock('Cast'), { x }, call.attrs);
    if (call.attrs.dtype !== 'float32' || (x.dtype !== 'int32' && x.dtype !== 'bool')) return cast;
    const one = call.run('Fill', {}, { shape: [], value: 1, dtype: 'float32' });
    return call.run('Multiply', { a: cast, b: one });
  }),
];
