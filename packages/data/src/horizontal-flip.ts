import { requireOptions, requireShare } from '@advml/core/internal';
import { type Augmentation, rewriteImages } from './augmentation.ts';

/** What {@link horizontalFlip} may be told. */
export interface HorizontalFlipOptions {
  /** How likely an image is flipped. Default: 0.5. */
  readonly share?: number;
}

/**
 * Flips some of the images, left for right.
 *
 * @param options - See {@link HorizontalFlipOptions}.
 * @returns An {@link Augmentation} of images [batch, height, width, channels].
 * @throws InputError if `share` is not between 0 and 1.
 * @example
 * ```ts
 * const augment = horizontalFlip();
 * ```
 */
export function horizontalFlip(options: HorizontalFlipOptions = {}): Augmentation {
  requireOptions<HorizontalFlipOptions>('horizontalFlip', options, { share: true });
  const { share = 0.5 } = options;
  requireShare({ share });
  return (x, keys) => {
    const [, , width, channels] = x.shape;
    return rewriteImages(x, keys, (image, into, key) => {
      const flipped = key.uniform(1)[0] < share;
      for (let at = 0; at < image.length; at += channels) {
        const column = (at / channels) % width;
        const from = flipped ? at + (width - 1 - 2 * column) * channels : at;
        for (let channel = 0; channel < channels; channel++) into[at + channel] = image[from + channel];
      }
    });
  };
}
