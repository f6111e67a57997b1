// Numbers as a picture: grey, in colour, or signed.
import { useEffect, useRef } from 'preact/hooks';
import { paintSigned, useDark } from './colours.ts';

interface PictureProps {
  /** Pixels from 0 to 1, or changes of pixels, in the order of memory, channels last. */
  readonly values: ArrayLike<number>;
  /** Height, width, and channels: 1 or 3. */
  readonly shape: readonly number[];
  /** The picture in words. */
  readonly description: string;
  /** The change that has the deepest colour, where the values are changes. */
  readonly signed?: number;
}

/** The changes of all channels of a pixel in one number: that of the largest. */
function largest(values: ArrayLike<number>, channels: number): Float32Array {
  return Float32Array.from({ length: values.length / channels }, (_, at) => {
    const own = Array.from({ length: channels }, (__, c) => values[at * channels + c]);
    return own.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  });
}

export function Picture({ values, shape, description, signed }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = useDark();
  const [height, width, channels] = shape;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    Object.assign(context.canvas, { width, height });
    const image = context.createImageData(width, height);
    if (signed !== undefined) paintSigned(largest(values, channels), signed, image.data, isDark);
    else paintPixels(values, channels, image.data);
    context.putImageData(image, 0, 0);
  }, [values, width, height, channels, signed, isDark]);
  return <canvas class="picture" ref={canvas} role="img" aria-label={description} />;
}

function paintPixels(values: ArrayLike<number>, channels: number, pixels: Uint8ClampedArray): void {
  for (let at = 0; at * 4 < pixels.length; at++) {
    for (let c = 0; c < 3; c++) pixels[4 * at + c] = 255 * values[at * channels + Math.min(c, channels - 1)];
    pixels[4 * at + 3] = 255;
  }
}
