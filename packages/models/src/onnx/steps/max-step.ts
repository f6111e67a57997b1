import type { MaxStep } from '@advml/core';
import { sizeOf } from '../graph/axes.ts';
import { maxPoolWindows } from '../operators/pooling.ts';
import { mapOf, type Site } from './site.ts';

/** Digits of a number where each place counts up to its length. */
function placeOf(entry: number, lengths: readonly number[]): number[] {
  const digits = [...lengths].reverse().map((length) => {
    const digit = entry % length;
    entry = Math.floor(entry / length);
    return digit;
  });
  return digits.reverse();
}

/** The step of a max pooling, with the entries of each window. */
export function maxStep(site: Site): Omit<MaxStep, 'name' | 'from'> {
  const { node, input, output } = site;
  const [channels, ...lengths] = input;
  const { windows, counts } = maxPoolWindows(node, lengths);
  const { sizes, strides, dilations, before } = windows;
  const width = sizeOf(sizes);
  const entries = new Int32Array(channels * sizeOf(counts) * width);
  for (let at = 0; at < entries.length; at++) {
    const tap = placeOf(at % width, sizes);
    const [channel, ...place] = placeOf(Math.floor(at / width), [channels, ...counts]);
    const where = place.map((window, axis) => window * strides[axis] - before[axis] + tap[axis] * dilations[axis]);
    const isInside = where.every((row, axis) => row >= 0 && row < lengths[axis]);
    entries[at] = isInside ? where.reduce((sum, row, axis) => sum * lengths[axis] + row, channel) : -1;
  }
  return { kind: 'max', shape: output, windows: entries, width, apply: mapOf(site).apply };
}
