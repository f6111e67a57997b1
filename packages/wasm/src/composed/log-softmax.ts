import type { LogSoftmaxAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelTopic, kernel } from '../kernel.ts';

/** The kernel behind `LogSoftmax` in loaded graphs; tfjs-core's own function of that name does without. */
export const logSoftmax: KernelTopic = () => [
  kernel<{ logits: TensorInfo }, LogSoftmaxAttrs>('LogSoftmax', ({ inputs: { logits }, attrs: { axis }, run }) => {
    const along = [axis];
    const largest = run('Max', { x: logits }, { reductionIndices: along, keepDims: true });
    const shifted = run('Sub', { a: logits, b: largest });
    const total = run('Sum', { x: run('Exp', { x: shifted }) }, { axis: along, keepDims: true });
    return run('Sub', { a: shifted, b: run('Log', { x: total }) });
  }),
];
