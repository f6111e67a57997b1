import {
  type AvgPool3DAttrs,
  type AvgPoolAttrs,
  type Dilation2DAttrs,
  engine,
  type GradConfig,
  type MaxPool3DAttrs,
  type MaxPoolAttrs,
  type NamedAttrMap,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Pooling in two and three dimensions, and the largest of sums (dilation, as in morphology). */
export const pooling: readonly GradConfig[] = [
  gradient<MaxPoolAttrs>('MaxPool', { inputs: ['x'], outputs: [true] }, (dy, [input, output], attrs) => ({
    x: () => run('MaxPoolGrad', { dy, input, output }, attrs),
  })),
  gradient<MaxPool3DAttrs>('MaxPool3D', { inputs: ['x'], outputs: [true] }, (dy, [input, output], attrs) => ({
    x: () => run('MaxPool3DGrad', { dy, input, output }, attrs),
  })),
  gradient<AvgPoolAttrs>('AvgPool', { inputs: ['x'] }, (dy, [input], attrs) => ({
    x: () => run('AvgPoolGrad', { dy, input }, attrs),
  })),
  gradient<AvgPool3DAttrs>('AvgPool3D', { inputs: ['x'] }, (dy, [input], attrs) => ({
    x: () => run('AvgPool3DGrad', { dy, input }, attrs),
  })),
  gradient<Dilation2DAttrs>('Dilation2D', { inputs: ['x', 'filter'] }, (dy, [x, filter], attrs) => ({
    x: () => run('Dilation2DBackpropInput', { x, filter, dy }, attrs),
    filter: () => run('Dilation2DBackpropFilter', { x, filter, dy }, attrs),
  })),
];

function run(kernelName: string, inputs: Record<string, Tensor>, attrs: object): Tensor {
  return engine().runKernel(kernelName, inputs, { ...attrs } as NamedAttrMap);
}
