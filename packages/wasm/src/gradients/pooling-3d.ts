import {
  type AvgPool3DAttrs,
  type AvgPool3DGradAttrs,
  avgPool3d,
  div,
  engine,
  type GradConfig,
  type MaxPool3DAttrs,
  type NamedAttrMap,
  onesLike,
  type Tensor,
  type Tensor5D,
  zeros,
} from '@tensorflow/tfjs-core';
import { pool3dGradient, windowsInfo } from '../pooling-3d.ts';
import { gradient } from './gradient.ts';
import { perEntry, type Windows, windows } from './pooling.ts';

/** Pooling of volumes. */
export const pooling3d: readonly GradConfig[] = [
  gradient<MaxPool3DAttrs>('MaxPool3D', { inputs: ['x'] }, (dy, [x], attrs) => ({
    x: () => pool3dGradient(run, 'Max', dy, x, attrs),
  })),
  gradient<AvgPool3DAttrs>('AvgPool3D', { inputs: ['x'] }, (dy, [input], attrs) => ({
    x: () => run('AvgPool3DGrad', { dy: perEntry(dy, axesOf(input, attrs)), input }, { ...attrs }),
  })),
  gradient<AvgPool3DGradAttrs>('AvgPool3DGrad', { inputs: ['input'] }, (ddx, [input], attrs) => ({
    dy: () => {
      const { filterSize, strides, pad, dimRoundingMode } = attrs;
      const means = avgPool3d(ddx as Tensor5D, filterSize, strides, pad, dimRoundingMode);
      return div(means, perEntry(onesLike(means), axesOf(input, attrs)));
    },
    input: () => zeros(input.shape),
  })),
];

function run(kernelName: string, inputs: Record<string, Tensor>, attrs: Record<string, unknown>): Tensor {
  return engine().runKernel(kernelName, inputs, attrs as unknown as NamedAttrMap);
}

function axesOf(input: Tensor, attrs: AvgPool3DGradAttrs): Windows[] {
  const info = windowsInfo(input.shape, attrs);
  const layers = {
    axis: 1,
    entries: info.inDepth,
    windows: info.outDepth,
    size: info.filterDepth,
    stride: info.strideDepth,
    before: info.padInfo.front,
  };
  const { rows, columns } = windows(info, 2);
  return [layers, rows, columns];
}
