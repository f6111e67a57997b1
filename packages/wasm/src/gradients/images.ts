import {
  engine,
  type GradConfig,
  type NamedAttrMap,
  type ResizeBilinearAttrs,
  type ResizeNearestNeighborAttrs,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

const keep = { inputs: ['images'] };

/** Changing the size of images. */
export const images: readonly GradConfig[] = [
  gradient<ResizeBilinearAttrs>('ResizeBilinear', keep, (dy, [images], attrs) => ({
    images: () => engine().runKernel('ResizeBilinearGrad', { dy, images }, { ...attrs } as NamedAttrMap),
  })),
  gradient<ResizeNearestNeighborAttrs>('ResizeNearestNeighbor', keep, (dy, [images], attrs) => ({
    images: () => engine().runKernel('ResizeNearestNeighborGrad', { dy, images }, { ...attrs } as NamedAttrMap),
  })),
];
