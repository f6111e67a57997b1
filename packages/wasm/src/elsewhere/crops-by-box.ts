import type { CropAndResizeAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelTopic, kernel } from '../kernel.ts';

/** Crops of the images that `boxInd` names, on WebGL: that backend takes the first image for the first box, and so on. */
export const cropsByBox: KernelTopic = (stock) => [
  kernel<Readonly<Record<'image' | 'boxes' | 'boxInd', TensorInfo>>, CropAndResizeAttrs>('CropAndResize', (call) => {
    const { image, boxes, boxInd } = call.inputs;
    const images = call.run('GatherV2', { x: image, indices: boxInd }, { axis: 0, batchDims: 0 });
    const inOrder = call.run('Range', {}, { start: 0, stop: boxes.shape[0], step: 1, dtype: 'int32' });
    return call.run(stock('CropAndResize'), { image: images, boxes, boxInd: inOrder }, call.attrs);
  }),
];
