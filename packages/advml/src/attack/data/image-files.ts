import { InputError } from '@advml/core';
import type { Sharp } from 'sharp';
import { bytesOf } from '../arrays.ts';

/** Width and height of images. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** What the header of an image says. */
export interface ImageHeader extends ImageSize {
  /** Whether it is in colour; grey images have one channel. */
  readonly colour: boolean;
  readonly alpha: boolean;
}

/** The most pixels of one image: what the header claims is believed up to here. */
const PIXELS = 2 ** 25;

/** The decoder of a file, with nothing decoded yet. It is loaded where a folder of images is read, and nowhere else. */
async function opened(path: string): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  return sharp(await bytesOf(path), { limitInputPixels: PIXELS, ignoreIcc: true, failOn: 'error' });
}

const refused = (path: string, error: unknown): InputError =>
  new InputError(`${path} must be a PNG or JPEG image: ${(error as Error).message.split('\n')[0]}`, { cause: error });

/**
 * Reads what an image's header says, and decodes nothing.
 *
 * @param path - A PNG or JPEG file.
 * @returns Size and channels.
 * @throws InputError that names the file if it is no such image, or one too large.
 */
export async function imageHeader(path: string): Promise<ImageHeader> {
  const image = await opened(path);
  const { format, width, height, space, hasAlpha } = await image.metadata().catch((error) => {
    throw refused(path, error);
  });
  if (format !== 'png' && format !== 'jpeg') throw refused(path, new Error(`it is ${format}`));
  if (width * height > PIXELS)
    throw new InputError(`${path} must have at most ${PIXELS} pixels, got ${width}x${height}`);
  return { width, height, colour: space !== 'b-w' && space !== 'grey16', alpha: hasAlpha };
}

/**
 * Decodes an image to bytes, without its colour profile, as most programs that train networks do.
 *
 * @param path - A PNG or JPEG file, whose header was looked at.
 * @param size - Width and height wanted; an image of another size is resized, by Lanczos' filter of width 3.
 * @param colour - Whether three channels are wanted, red, green and blue, or one, grey.
 * @returns [height, width, channels], a byte each.
 * @throws InputError that names the file if it is damaged.
 */
export async function imageBytes(path: string, { width, height }: ImageSize, colour: boolean): Promise<Uint8Array> {
  const bytesIn = (image: Sharp) =>
    image
      .toColourspace(colour ? 'srgb' : 'b-w')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  const resized = (image: Sharp) => bytesIn(image.resize({ width, height, fit: 'fill', kernel: 'lanczos3' }));
  const image = await opened(path);
  try {
    if (!(await image.metadata()).hasAlpha) return (await resized(image)).data;
    const { default: sharp } = await import('sharp');
    const { data, info } = await bytesIn(image.removeAlpha()); // before resizing, which blackens what is transparent
    return (await resized(sharp(data, { raw: info }))).data;
  } catch (error) {
    throw refused(path, error);
  }
}
