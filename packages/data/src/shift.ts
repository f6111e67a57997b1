import { InputError } from '@advml/core';
import { requireInteger, requireOptions } from '@advml/core/internal';
import { type Augmentation, rewriteImages } from './augmentation.ts';

/** What {@link shift} is told. */
export interface ShiftOptions {
  /** The furthest way in each direction, in pixels. */
  readonly pixels: number;
  /** What fills the pixels that were outside the image. Default: 0. */
  readonly fill?: number;
}

/**
 * Moves images by a whole number of pixels down or up and right or left.
 *
 * Both distances are uniform on -`pixels`, ..., `pixels`. It is the same as padding by `pixels` on all sides and cutting a
 * window of the old size at random.
 *
 * @param options - See {@link ShiftOptions}.
 * @returns An {@link Augmentation} of images [batch, height, width, channels].
 * @throws InputError if `pixels` is not an integer >= 0 or `fill` is not finite.
 * @example
 * ```ts
 * const augment = shift({ pixels: 2 });
 * ```
 * @see He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015 (section 4.2, after Lee et al.: padding by
 * 4 pixels, arXiv:1512.03385).
 */
export function shift(options: ShiftOptions): Augmentation {
  requireOptions<ShiftOptions>('shift', options, { pixels: true, fill: true });
  const { pixels, fill = 0 } = options;
  requireInteger({ pixels });
  if (!Number.isFinite(fill)) throw new InputError(`fill must be finite (input units), got ${fill}`);
  return (x, keys) => {
    const [, height, width, channels] = x.shape;
    return rewriteImages(x, keys, (image, into, key) => {
      const [down, right] = Array.from(key.bits(2), (word) => Math.floor(word * 2 ** -32 * (2 * pixels + 1)) - pixels);
      into.fill(fill);
      const [left, stop] = [Math.max(0, -right), Math.min(width, width - right)]; // columns that stay inside
      if (left >= stop) return;
      for (let row = Math.max(0, -down); row < Math.min(height, height - down); row++) {
        const part = image.subarray((row * width + left) * channels, (row * width + stop) * channels);
        into.set(part, ((row + down) * width + left + right) * channels);
      }
    });
  };
}
