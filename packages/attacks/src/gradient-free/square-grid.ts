/** How an example is laid out for windows: an image, or a vector as one row of pixels with one channel. */
export interface Grid {
  /** Rows of pixels; 1 for a vector. */
  readonly height: number;
  /** Pixels of a row. */
  readonly width: number;
  /** Numbers of a pixel. */
  readonly channels: number;
}

/** A rectangle of pixels. */
export interface Window {
  /** Its first row. */
  readonly top: number;
  /** Its first column. */
  readonly left: number;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
}

/**
 * The layout of an example.
 *
 * Examples [height, width] or [height, width, channels] of at least 3 x 3 pixels are images. All else is a vector, whose
 * windows are blocks of consecutive entries.
 *
 * @param shape - Shape of one example, without the batch axis.
 * @returns Its grid.
 */
export function gridOf(shape: readonly number[]): Grid {
  const [height, width, channels = 1] = shape;
  if ((shape.length === 2 || shape.length === 3) && Math.min(height, width) >= 3) return { height, width, channels };
  return { height: 1, width: shape.reduce((product, length) => product * length, 1), channels: 1 };
}

/** Whether the grid is that of a vector. */
export const isVector = ({ height }: Grid): boolean => height === 1;

/** Height and width of a window that covers a share of the pixels: a square in an image, a block in a vector. */
export function windowSize(grid: Grid, share: number): readonly [height: number, width: number] {
  const { height, width } = grid;
  if (isVector(grid)) return [1, Math.max(1, Math.round(share * width))];
  const side = Math.max(1, Math.min(Math.round(Math.sqrt(share * height * width)), height, width));
  return [side, side];
}

/** The window of a size at a random place; `first` and `second` are uniform on [0, 1). */
export function placeWindow(
  grid: Grid,
  [height, width]: readonly [number, number],
  first: number,
  second: number,
): Window {
  const top = Math.floor(first * (grid.height - height + 1));
  const left = Math.floor(second * (grid.width - width + 1));
  return { top, left, height, width };
}

/** The places in an example of one channel of a window, row by row. */
export function placesIn(grid: Grid, { top, left, height, width }: Window, channel: number): Int32Array {
  const places = new Int32Array(height * width);
  for (let row = 0; row < height; row++) {
    const start = (top + row) * grid.width + left;
    for (let column = 0; column < width; column++)
      places[row * width + column] = (start + column) * grid.channels + channel;
  }
  return places;
}

/** The places in an example of all numbers of a window, pixel by pixel. */
export function entriesIn(grid: Grid, window: Window): Int32Array {
  const entries = new Int32Array(window.height * window.width * grid.channels);
  for (let channel = 0; channel < grid.channels; channel++) {
    for (const [pixel, place] of placesIn(grid, window, channel).entries())
      entries[pixel * grid.channels + channel] = place;
  }
  return entries;
}

/** Height and width of a window of a side in pixels, or of a block of as many entries in a vector; no larger than the example. */
export const windowOfSide = (grid: Grid, side: number): readonly [number, number] => [
  Math.min(side, grid.height),
  Math.min(side, grid.width),
];

/** All windows of a size, row by row. */
export function allWindows(grid: Grid, [height, width]: readonly [number, number]): readonly Window[] {
  const [rows, columns] = [grid.height - height + 1, grid.width - width + 1];
  return Array.from({ length: rows * columns }, (_, at) => {
    return { top: Math.floor(at / columns), left: at % columns, height, width };
  });
}
