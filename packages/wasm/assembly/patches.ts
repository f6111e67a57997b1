// Convolution as a product: what each window sees, its patch, becomes a row of a matrix.
import { add, clear, copy } from './runs';
import { endInside, firstInside, Windows } from './windows';

/**
 * patches[to - from][filterHeight][filterWidth][channels] of the windows `from` up to, not including, `to`, counted
 * through all images of x; zeros outside the image.
 */
export function unfold(windows: Windows, x: usize, from: i32, to: i32, patches: usize): void {
  visitWindows(true, windows, x, from, to, patches);
}

/** The adjoint of `unfold`: adds every patch to the images where it came from, window after window. */
export function fold(windows: Windows, patches: usize, from: i32, to: i32, x: usize): void {
  visitWindows(false, windows, x, from, to, patches);
}

// @ts-ignore: decorator
@inline
function visitWindows(unfolds: bool, windows: Windows, x: usize, from: i32, to: i32, patches: usize): void {
  const height = windows.height, width = windows.width, channels = windows.channels;
  const filterHeight = windows.filterHeight, filterWidth = windows.filterWidth;
  const pixel: usize = channels << 2;
  let column = from % windows.outWidth, row = from / windows.outWidth;
  x += (row / windows.outHeight) * height * width * pixel;
  row %= windows.outHeight;
  for (let window = from; window < to; window++) {
    const left = column * windows.strideWidth - windows.left, top = row * windows.strideHeight - windows.top;
    const first = firstInside(left, windows.dilationWidth);
    const end = max(first, endInside(left, windows.dilationWidth, filterWidth, width));
    for (let i = 0; i < filterHeight; i++, patches += filterWidth * pixel) {
      const y = top + i * windows.dilationHeight;
      const inside = y >= 0 && y < height && first < end;
      if (inside) visitLine(unfolds, first, end, windows.dilationWidth, channels, x + (y * width + left) * pixel, patches);
      if (!unfolds) continue;
      clear((inside ? first : filterWidth) * channels, patches);
      if (inside) clear((filterWidth - end) * channels, patches + end * pixel);
    }
    if (++column < windows.outWidth) continue;
    column = 0;
    if (++row < windows.outHeight) continue;
    row = 0;
    x += height * width * pixel;
  }
}

/** The entries `first` up to `end` of one line of a patch; neighbours lie `step` pixels apart in the image. */
// @ts-ignore: decorator
@inline
function visitLine(unfolds: bool, first: i32, end: i32, step: i32, channels: i32, image: usize, patch: usize): void {
  const pixel: usize = channels << 2;
  if (step == 1) visitRun(unfolds, (end - first) * channels, image + first * pixel, patch + first * pixel);
  else for (let j = first; j < end; j++) visitRun(unfolds, channels, image + j * step * pixel, patch + j * pixel);
}

// @ts-ignore: decorator
@inline
function visitRun(unfolds: bool, n: i32, image: usize, patch: usize): void {
  if (unfolds) copy(n, image, patch);
  else add(n, patch, image);
}
