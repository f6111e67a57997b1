import { exampleKeys, InputError, type Key } from '@advml/core';
import { requireInteger, requireOptions, requireShape, requireTensor } from '@advml/core/internal';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Matrix } from './matrix.ts';

/** What {@link imagePatches} takes. */
export interface ImagePatchesOptions {
  /** Side of the square patches, in pixels. */
  readonly size: number;
  /** Decides where they are cut; each image has a child key of its own. */
  readonly key: Key;
  /** How many from each image. Default: 1. They may overlap. */
  readonly perImage?: number;
  /** The images' indices in their data set, so that patches do not depend on the batch. Default: 0, 1, 2, ... */
  readonly indices?: readonly number[];
  /** Whether each patch's mean is taken away from it, all channels together. Default: false. */
  readonly centered?: boolean;
}

/** Patches of images. */
export interface ImagePatches {
  /** One patch a row, channel by channel, each row by row: [patches, channels size size]. */
  readonly patches: Matrix;
  /** The place in the batch of the image that each patch is from. */
  readonly image: Int32Array;
}

/**
 * Square patches at random places of images, in the order of a convolution's filters as `layerRows` gives them.
 *
 * Patches of the size of the images are the images themselves.
 *
 * @param images - [images, height, width, channels]; read back from the backend.
 * @param options - See {@link ImagePatchesOptions}.
 * @returns Patches in double precision, those of an image one after another.
 * @throws InputError if a patch does not fit an image, a number is no positive integer, or there is not one index an image.
 * @example
 * ```ts
 * const { patches, image } = imagePatches(x, { size: 5, perImage: 4, key: key('patches', 0), centered: true });
 * ```
 */
export function imagePatches(images: Tensor4D, options: ImagePatchesOptions): ImagePatches {
  requireOptions<ImagePatchesOptions>('imagePatches', options, {
    size: true,
    key: true,
    perImage: true,
    indices: true,
    centered: true,
  });
  const { size, key, perImage = 1, indices, centered = false } = options;
  requireTensor('images', images);
  requireShape('images', images, [null, null, null, null]);
  requireInteger({ size, perImage }, 1);
  const [count, height, width, channels] = images.shape;
  if (size > Math.min(height, width))
    throw new InputError(`size must be at most ${Math.min(height, width)}, the side of the images, got ${size}`);
  const pixels = images.dataSync<'float32'>();
  const length = channels * size * size;
  const data = new Float64Array(count * perImage * length);
  const image = new Int32Array(count * perImage);
  for (const [at, own] of exampleKeys(key, count, indices).entries()) {
    const places = own.uniform(2 * perImage);
    for (let i = 0; i < perImage; i++) {
      const [top, left] = [height, width].map((side, axis) => Math.floor(places[2 * i + axis] * (side - size + 1)));
      const patch = data.subarray((at * perImage + i) * length, (at * perImage + i + 1) * length);
      for (let j = 0; j < length; j++) {
        const [channel, within] = [Math.floor(j / (size * size)), j % (size * size)];
        const [row, column] = [top + Math.floor(within / size), left + (within % size)];
        patch[j] = pixels[((at * height + row) * width + column) * channels + channel];
      }
      if (centered) center(patch);
      image[at * perImage + i] = at;
    }
  }
  return Object.freeze({ patches: { shape: [count * perImage, length], data }, image });
}

function center(values: Float64Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let j = 0; j < values.length; j++) values[j] -= mean;
}
