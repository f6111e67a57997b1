import {
  backend_util,
  type CropAndResizeAttrs,
  type DepthToSpaceAttrs,
  type RotateWithOffsetAttrs,
  type TensorInfo,
  type TransformAttrs,
} from '@tensorflow/tfjs-core';
import { type KernelCall, type KernelTopic, kernel } from '../kernel.ts';

/**
 * Pixels in other places.
 *
 * The stock kernels take whole numbers for floats (channels as pixels, rotation), fractions to fill with for whole numbers
 * (rotation), and wrong pixels (nearest ones of crops that are one pixel wide; mirrored ones).
 */
export const pixels: KernelTopic = (stock) => {
  const [crop, transform] = ['CropAndResize', 'Transform'].map(stock);
  return [
    kernel<{ x: TensorInfo }, DepthToSpaceAttrs>('DepthToSpace', ({ inputs: { x }, attrs, run }) => {
      const { blockSize: block, dataFormat } = attrs;
      const last = dataFormat === 'NHWC';
      const [batch, rows, columns, deep] = last ? x.shape : [0, 2, 3, 1].map((axis) => x.shape[axis]);
      const channels = deep / (block * block);
      const apart = last
        ? [batch, rows, columns, block, block, channels]
        : [batch, block, block, channels, rows, columns];
      const shape = last
        ? [batch, rows * block, columns * block, channels]
        : [batch, channels, rows * block, columns * block];
      const blocks = run('Reshape', { x }, { shape: apart });
      const placed = run('Transpose', { x: blocks }, { perm: last ? [0, 1, 3, 2, 4, 5] : [0, 3, 4, 1, 5, 2] });
      return run('Reshape', { x: placed }, { shape });
    }),

    kernel<{ image: TensorInfo }, RotateWithOffsetAttrs>('RotateWithOffset', (call) => {
      const { radians, fillValue, center } = call.attrs;
      const [batch, height, width, channels] = call.inputs.image.shape;
      const [middleX, middleY] = backend_util.getImageCenter(center, height, width);
      const [sine, cosine] = [Math.sin(radians), Math.cos(radians)];
      const fills = Array.from({ length: channels }, (_, channel) =>
        typeof fillValue === 'number' ? fillValue : ([...fillValue, OPAQUE][channel] ?? 0),
      );
      return pick(call, call.inputs.image, [batch, height, width], fills, (image, y, x) => {
        const column = Math.round((x - middleX) * cosine - (y - middleY) * sine + middleX);
        const row = Math.round((x - middleX) * sine + (y - middleY) * cosine + middleY);
        return [image, row, column];
      });
    }),

    kernel<CropInputs, CropAndResizeAttrs>('CropAndResize', (call) => {
      const { inputs, attrs, backend, run } = call;
      if (attrs.method !== 'nearest') return run(crop, inputs, attrs);
      const { image, boxes, boxInd } = inputs;
      const [sides, images] = [backend.typedArrayFromHeap(boxes).slice(), backend.typedArrayFromHeap(boxInd).slice()];
      const [tall, wide] = attrs.cropSize;
      const fills = Array<number>(image.shape[3]).fill(attrs.extrapolationValue);
      const at = (box: number, axis: number, index: number, size: number) => {
        const [first, last, length] = [sides[4 * box + axis], sides[4 * box + axis + 2], image.shape[axis + 1] - 1];
        const place =
          size > 1 ? first * length + (index * (last - first) * length) / (size - 1) : 0.5 * (first + last) * length;
        return place >= 0 && place <= length ? Math.round(place) : -1;
      };
      return pick(call, image, [images.length, tall, wide], fills, (box, y, x) => [
        images[box],
        at(box, 0, y, tall),
        at(box, 1, x, wide),
      ]);
    }),

    kernel<{ image: TensorInfo; transforms: TensorInfo }, TransformAttrs>('Transform', ({ inputs, attrs, run }) => {
      if (attrs.fillMode === 'reflect') {
        throw new RangeError("transform: fillMode 'reflect' is not right on WASM: take 'nearest' or 'wrap'");
      }
      return run(transform, inputs, attrs);
    }),
  ];
};

/** The value of an opaque fourth channel. */
const OPAQUE = 255;

interface CropInputs {
  readonly image: TensorInfo;
  readonly boxes: TensorInfo;
  readonly boxInd: TensorInfo;
}

/**
 * Images of which every pixel is one of the given images'.
 *
 * @param size - Images, rows and columns of the result.
 * @param fills - What each channel holds where there is no such pixel.
 * @param source - Image, row and column of each pixel.
 */
function pick(
  { backend, make }: KernelCall<unknown, unknown>,
  images: TensorInfo,
  size: readonly [number, number, number],
  fills: readonly number[],
  source: (image: number, row: number, column: number) => readonly [number, number, number],
): TensorInfo {
  const [batch, height, width, channels] = images.shape;
  const out = make([...size, channels], images.dtype);
  const [from, to] = [images, out].map((each) => backend.typedArrayFromHeap(each));
  let at = 0;
  for (let n = 0; n < size[0]; n++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[2]; x++, at += channels) {
        const [image, row, column] = source(n, y, x);
        const exists = image >= 0 && image < batch && row >= 0 && row < height && column >= 0 && column < width;
        const start = ((image * height + row) * width + column) * channels;
        for (let channel = 0; channel < channels; channel++)
          to[at + channel] = exists ? from[start + channel] : fills[channel];
      }
    }
  }
  return out;
}
