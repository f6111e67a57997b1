import type { Key } from '@advml/core';
import { type Grid, isVector, placesIn, placeWindow, type Window, windowSize } from './square-grid.ts';

/** The exponent of a norm whose power adds up over entries: what is moved is `|delta_j|^p`. */
export type Power = 1 | 2;

/** The mass of the values at some places, or of all. */
function massOf(values: ArrayLike<number>, power: Power, places?: ArrayLike<number>): number {
  let mass = 0;
  for (let n = 0; n < (places ?? values).length; n++) {
    const value = values[places ? places[n] : n];
    mass += power === 1 ? Math.abs(value) : value * value;
  }
  return mass;
}

/** The size whose power is the mass. */
const sizeOf = (mass: number, power: Power): number => (power === 1 ? mass : Math.sqrt(mass));

/** Half of a pattern: a pyramid whose levels are `1 / k^2` high, `k` from the peak down. */
function pyramid(height: number, width: number): (row: number, column: number) => number {
  const [middle, centre] = [Math.floor(height / 2), Math.floor(width / 2)];
  const levels = Math.max(middle, centre) + 1;
  return (row, column) => {
    let value = 0;
    for (let level = Math.max(Math.abs(row - middle), Math.abs(column - centre)); level < levels; level++)
      value += 1 / (level + 1) ** 2;
    return value;
  };
}

/** What a window of an image gets: two pyramids of opposite sign side by side; of a vector: the same everywhere. */
function pattern([height, width]: readonly [number, number], turned: boolean): Float64Array {
  const half = Math.floor(height / 2);
  const [upper, lower] = [pyramid(half, width), pyramid(height - half, width)];
  const values = new Float64Array(height * width);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const value = row < half ? upper(row, column) : -lower(row - half, column);
      values[turned ? column * height + row : row * width + column] = value;
    }
  return values;
}

const flatPattern = (length: number): Float64Array => new Float64Array(length).fill(1);

/** Odd sides of at least 3 for images, where the pattern needs a middle. */
function massWindow(grid: Grid, share: number): readonly [number, number] {
  const [height, width] = windowSize(grid, share);
  if (isVector(grid)) return [height, width];
  const odd = Math.max(3, height % 2 === 0 ? height + 1 : height);
  const side = odd > Math.min(grid.height, grid.width) ? odd - 2 : odd;
  return [side, side];
}

/** Windows that tile a grid: about five by five for an image, one an entry for a vector. */
function tiles(grid: Grid): Window[] {
  const side = isVector(grid) ? 1 : Math.max(1, Math.floor(Math.min(grid.height, grid.width) / 5));
  const [down, across] = [Math.floor(grid.height / side), Math.floor(grid.width / side)];
  return Array.from({ length: down * across }, (_, at) => ({
    top: side * Math.floor(at / across),
    left: side * (at % across),
    height: side,
    width: side,
  }));
}

/**
 * First perturbation of Square in l1 and l2: tiles with the window's pattern and random signs, scaled to the radius.
 *
 * @param grid - Layout of the example.
 * @param power - 1 for l1, 2 for l2.
 * @param eps - Radius in input units.
 * @param key - The example's own.
 * @returns The perturbation's entries.
 */
export function tiled(grid: Grid, power: Power, eps: number, key: Key): Float64Array {
  const delta = new Float64Array(grid.height * grid.width * grid.channels);
  const windows = tiles(grid);
  const signs = key.signs(windows.length * grid.channels);
  for (const [tile, window] of windows.entries()) {
    const values = pattern([window.height, window.width], false);
    for (let channel = 0; channel < grid.channels; channel++)
      for (const [place, at] of placesIn(grid, window, channel).entries())
        delta[at] = signs[tile * grid.channels + channel] * values[place];
  }
  const scale = eps / sizeOf(massOf(delta, power), power);
  return delta.map((value) => value * scale);
}

/** Half of the moves of a vector take all of a block's mass, the others a share that is often small. */
const shareMoved = (draw: number): number => Math.min(1, 2 * draw) ** 4;

/**
 * A proposal of Square in l1 and l2: mass of one window, and what is left of the radius, goes to another.
 *
 * The receiving window becomes the mean of its direction and the pattern. In images it takes all of the other window, as
 * in the paper. In vectors it takes a random share: with all or nothing, entries could never come to share the radius
 * in the right proportion.
 *
 * @param grid - Layout of the example.
 * @param delta - Where the example is; only read.
 * @param power - 1 for l1, 2 for l2.
 * @param eps - Radius in input units.
 * @param share - Share of the pixels in a window.
 * @param key - The proposal's own.
 * @returns The proposed entries, not yet cut to the box.
 */
export function moveMass(
  grid: Grid,
  delta: Float32Array,
  power: Power,
  eps: number,
  share: number,
  key: Key,
): Float32Array {
  const draws = key.uniform(6 + grid.channels);
  const size = massWindow(grid, share);
  const to = placeWindow(grid, size, draws[0], draws[1]);
  const from = placeWindow(grid, size, draws[2], draws[3]);
  const shape = isVector(grid) ? flatPattern(size[1]) : pattern(size, draws[4] < 0.5);
  const moved = isVector(grid) ? shareMoved(draws[5]) : 1;
  const shapeSize = sizeOf(massOf(shape, power), power);
  const unused = Math.max(eps ** power - massOf(delta, power), 0) / grid.channels;

  const proposal = delta.slice();
  for (let channel = 0; channel < grid.channels; channel++) {
    const target = placesIn(grid, to, channel);
    const own = massOf(delta, power, target);
    const inside = new Set(target);
    const source = placesIn(grid, from, channel).filter((at) => !inside.has(at));
    const available = sizeOf(own + moved * massOf(delta, power, source) + unused, power);
    for (const at of source) proposal[at] *= sizeOf(1 - moved, power);

    const sign = draws[6 + channel] < 0.5 ? -1 : 1;
    const ownSize = sizeOf(own, power) || 1;
    const fresh = shape.map((value) => (sign * value) / shapeSize);
    const mixed = fresh.map((value, place) => value + delta[target[place]] / ownSize);
    const mixedSize = sizeOf(massOf(mixed, power), power);
    const [values, valuesSize] = mixedSize > 1e-6 ? [mixed, mixedSize] : [fresh, 1]; // the two may cancel
    for (const [place, at] of target.entries()) proposal[at] = (values[place] / valuesSize) * available;
  }
  return proposal;
}
