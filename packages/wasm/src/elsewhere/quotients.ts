import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelTopic, kernel } from '../kernel.ts';

/** Quotients of numbers with a fraction, rounded down: WebGL and WebGPU round the numbers first, and give whole numbers. */
export const quotients: KernelTopic = (stock) => [
  kernel<Readonly<Record<'a' | 'b', TensorInfo>>>('FloorDiv', (call) => {
    const { a, b } = call.inputs;
    if (a.dtype === 'int32' && b.dtype === 'int32') return call.run(stock('FloorDiv'), call.inputs);
    return call.run('Floor', { x: call.run('RealDiv', { a, b }) });
  }),
];
