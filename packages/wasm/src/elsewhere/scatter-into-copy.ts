import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelTopic, kernel } from '../kernel.ts';

/** `tensorScatterUpdate` on the cpu backend, which writes into the tensor that it is given. */
export const scatterIntoCopy: KernelTopic = (stock) => [
  kernel<Readonly<Record<'tensor' | 'indices' | 'updates', TensorInfo>>>('TensorScatterUpdate', (call) => {
    const { tensor } = call.inputs;
    const copy = call.run('Tile', { x: tensor }, { reps: tensor.shape.map(() => 1) });
    return call.run(stock('TensorScatterUpdate'), { ...call.inputs, tensor: copy }, call.attrs);
  }),
];
