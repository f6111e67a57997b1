import {
  eye,
  type GradConfig,
  image,
  matMul,
  type ResizeBilinearAttrs,
  type ResizeNearestNeighborAttrs,
  reshape,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

type Resize = (images: Tensor4D, size: [number, number]) => Tensor;

const keep = { inputs: ['images'] };

/** Changing the size of images, which is linear in them, by rows and by columns. */
export const images: readonly GradConfig[] = [
  gradient<ResizeBilinearAttrs>('ResizeBilinear', keep, (dy, [x], { alignCorners, halfPixelCenters }) => ({
    images: () => unsize(dy, x.shape, (from, size) => image.resizeBilinear(from, size, alignCorners, halfPixelCenters)),
  })),
  gradient<ResizeNearestNeighborAttrs>(
    'ResizeNearestNeighbor',
    keep,
    (dy, [x], { alignCorners, halfPixelCenters }) => ({
      images: () =>
        unsize(dy, x.shape, (from, size) => image.resizeNearestNeighbor(from, size, alignCorners, halfPixelCenters)),
    }),
  ),
];

/** The adjoint of resizing images of this shape: of the rows, then of the columns. */
function unsize(dy: Tensor, [batch, height, width, channels]: number[], resize: Resize): Tensor {
  const [, rows, columns] = dy.shape;
  const ofRows = weights(height, rows, resize); // [height, rows]
  const ofColumns = weights(width, columns, resize); // [width, columns]
  const high = matMul(ofRows, reshape(dy, [batch, rows, columns * channels])); // [batch, height, columns * channels]
  const wide = matMul(ofColumns, reshape(high, [batch * height, columns, channels])); // [batch * height, width, channels]
  return reshape(wide, [batch, height, width, channels]);
}

/** How much each of `from` entries gives to each of `to` results: row i is the i-th unit vector, resized. */
function weights(from: number, to: number, resize: Resize): Tensor {
  const units = reshape(eye(from), [from, from, 1, 1]) as Tensor4D;
  return reshape(resize(units, [to, 1]), [from, to]);
}
