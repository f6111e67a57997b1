import {
  cast,
  type DepthToSpaceAttrs,
  type GradConfig,
  image,
  type RotateWithOffsetAttrs,
  range,
  reshape,
  stridedSlice,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  transpose,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Entries that change places: channels as pixels, images mirrored or turned, vectors as diagonals. */
export const rearranging: readonly GradConfig[] = [
  gradient<DepthToSpaceAttrs>('DepthToSpace', {}, (dy, _saved, { blockSize, dataFormat }) => ({
    x: () => spaceToDepth(dy, blockSize, dataFormat),
  })),
  gradient('FlipLeftRight', {}, (dy) => ({ image: () => image.flipLeftRight(dy as Tensor4D) })),
  gradient<RotateWithOffsetAttrs>('RotateWithOffset', {}, (dy, _saved, attrs) => ({
    image: () => rotateBack(dy, attrs),
  })),
  gradient('Diag', { inputs: ['x'] }, (dy, [x]) => ({
    x: () => reshape(stridedSlice(reshape(dy, [dy.size]), [0], [dy.size], [x.size + 1]), x.shape),
  })),
];

/**
 * The adjoint of a rotation, in which every pixel takes the value of one that was there.
 *
 * Turned in the same way, an image of the numbers of its pixels says which.
 */
function rotateBack(dy: Tensor, { radians, center }: RotateWithOffsetAttrs): Tensor {
  const [batch, height, width, channels] = dy.shape;
  const size = height * width;
  const numbered = reshape(range(0, size), [1, height, width, 1]) as Tensor4D;
  const from = cast(image.rotateWithOffset(numbered, radians, -1, center), 'int32');
  const pixels = reshape(transpose(dy, [1, 2, 0, 3]), [size, batch * channels]);
  const sums = unsortedSegmentSum(pixels, reshape(from, [size]) as Tensor1D, size);
  return transpose(reshape(sums, [height, width, batch, channels]), [2, 0, 1, 3]);
}

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
