// From strokes to 8 x 8 pixels, as the digits of the built-in set were made: a bitmap of 32 x 32, scaled to fill it, whose blocks of
// 4 x 4 are counted.

/** Length of a side of the bitmap. */
export const FINE = 32;
const BLOCK = 4;

/** Length of a side of a digit. */
export const SIDE = FINE / BLOCK;

/** How thick a stroke is, in pixels of the bitmap. */
const RADIUS = 2;

/** A bitmap, and where the last stroke ended. */
export interface Bitmap {
  readonly black: Uint8Array;
  readonly last?: readonly [x: number, y: number];
}

export const empty = (): Bitmap => ({ black: new Uint8Array(FINE * FINE) });

/** Draws on to a point, from the last one if the pen was not lifted; coordinates in pixels of the bitmap. */
export function drawn({ black, last }: Bitmap, to: readonly [number, number]): Bitmap {
  const from = last ?? to;
  const steps = 1 + Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]));
  const next = black.slice();
  for (let step = 0; step <= steps; step++) {
    const [x, y] = [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * step) / steps);
    for (let row = 0; row < FINE; row++)
      for (let column = 0; column < FINE; column++)
        if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= RADIUS) next[row * FINE + column] = 1;
  }
  return { black: next, last: to };
}

/** The 8 x 8 numbers from 0 to 1 of a bitmap whose strokes fill its height, or its width. */
export function pixelsOf({ black }: Bitmap): Float32Array {
  const pixels = new Float32Array(SIDE * SIDE);
  const [top, bottom, left, right] = boundsOf(black);
  if (bottom < top) return pixels;
  const size = Math.max(bottom - top, right - left) + 1;
  const at = (place: number, low: number, high: number) =>
    Math.floor((low + high + 1) / 2 + ((place + 0.5 - FINE / 2) * size) / FINE);
  for (let row = 0; row < FINE; row++) {
    for (let column = 0; column < FINE; column++) {
      const [y, x] = [at(row, top, bottom), at(column, left, right)];
      if (y < 0 || x < 0 || y >= FINE || x >= FINE || !black[y * FINE + x]) continue;
      pixels[Math.floor(row / BLOCK) * SIDE + Math.floor(column / BLOCK)] += 1 / BLOCK ** 2;
    }
  }
  return pixels;
}

/** First and last row, first and last column with a stroke. */
function boundsOf(black: Uint8Array): readonly [number, number, number, number] {
  let [top, bottom, left, right] = [FINE, -1, FINE, -1];
  for (const [place, isBlack] of black.entries()) {
    if (!isBlack) continue;
    const [row, column] = [Math.floor(place / FINE), place % FINE];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  }
  return [top, bottom, left, right];
}

/** Pixels as the letters of an address: 0 to g for 0 to 16 sixteenths. */
export const pixelText = (pixels: Float32Array): string =>
  Array.from(pixels, (pixel) => Math.round(16 * pixel).toString(17)).join('');

/** The pixels that a text stands for; nothing if it stands for none. */
export function parsePixels(text: string | null): Float32Array | undefined {
  if (!text || !/^[0-9a-g]{64}$/.test(text)) return undefined;
  return Float32Array.from(text, (letter) => Number.parseInt(letter, 17) / 16);
}
