import {
  type DepthToSpaceAttrs,
  type GradConfig,
  image,
  reshape,
  stridedSlice,
  type Tensor,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Entries that change places: channels as pixels, images mirrored, vectors as diagonals. */
export const rearranging: readonly GradConfig[] = [
  gradient<DepthToSpaceAttrs>('DepthToSpace', {}, (dy, _saved, { blockSize, dataFormat }) => ({
    x: () => spaceToDepth(dy, blockSize, dataFormat),
  })),
  gradient('FlipLeftRight', {}, (dy) => ({ image: () => image.flipLeftRight(dy as Tensor4D) })),
  gradient('Diag', { inputs: ['x'] }, (dy, [x]) => ({
    x: () => reshape(stridedSlice(reshape(dy, [dy.size]), [0], [dy.size], [x.size + 1]), x.shape),
  })),
];

/** Blocks of pixels as channels of one pixel. */
function spaceToDepth(y: Tensor, block: number, dataFormat: 'NHWC' | 'NCHW'): Tensor {
  if (dataFormat === 'NCHW') {
    const [batch, channels, rows, columns] = y.shape;
    const blocks = reshape(y, [batch, channels, rows / block, block, columns / block, block]);
    return reshape(transpose(blocks, [0, 3, 5, 1, 2, 4]), [
      batch,
      block * block * channels,
      rows / block,
      columns / block,
    ]);
  }
  const [batch, rows, columns, channels] = y.shape;
  const blocks = reshape(y, [batch, rows / block, block, columns / block, block, channels]);
  return reshape(transpose(blocks, [0, 1, 3, 2, 4, 5]), [
    batch,
    rows / block,
    columns / block,
    block * block * channels,
  ]);
}
