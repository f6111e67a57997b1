import type { Key } from '@advml/core';
import { type Grid, placesIn, placeWindow, windowSize } from './square-grid.ts';

const signOf = (draw: number): number => (draw < 0.5 ? -1 : 1);

/**
 * First perturbation of Square in l-infinity: vertical stripes of height `eps`, one sign a column and channel.
 *
 * @param grid - Layout of the example.
 * @param eps - Radius in input units.
 * @param key - The example's own.
 * @returns The perturbation's entries.
 */
export function stripes({ height, width, channels }: Grid, eps: number, key: Key): Float32Array {
  const row = key.signs(width * channels).map((sign) => eps * sign);
  const delta = new Float32Array(height * row.length);
  for (let at = 0; at < height; at++) delta.set(row, at * row.length);
  return delta;
}

/**
 * A proposal of Square in l-infinity: one window gets a new sign a channel, at full size.
 *
 * Signs that would change nothing are turned round.
 *
 * @param grid - Layout of the example.
 * @param delta - Where the example is; only read.
 * @param eps - Radius in input units.
 * @param share - Share of the pixels in the window.
 * @param key - The proposal's own.
 * @returns The proposed entries, not yet cut to the box.
 */
export function repaint(grid: Grid, delta: Float32Array, eps: number, share: number, key: Key): Float32Array {
  const [first, second, ...rest] = key.uniform(2 + grid.channels);
  const window = placeWindow(grid, windowSize(grid, share), first, second);
  const signs = rest.map(signOf);
  const places = signs.map((_, channel) => placesIn(grid, window, channel));
  const isThere = signs.every((sign, channel) => places[channel].every((at) => delta[at] * sign > 0));
  const proposal = delta.slice();
  for (const [channel, sign] of signs.entries())
    for (const at of places[channel]) proposal[at] = isThere ? -sign * eps : sign * eps;
  return proposal;
}
