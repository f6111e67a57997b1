import { InputError } from '@advml/core';
import { pad, slice, type Tensor } from '@tensorflow/tfjs-core';
import { axisOf } from '../graph/axes.ts';
import { needed, numbersOf, requireOnly } from '../graph/numbers.ts';
import type { Call } from '../graph/operator.ts';
import { indicesOf, picked } from './along.ts';

/** Rows before and after, for each axis; negative ones are cut off. */
function rowsOf(x: Tensor, call: Call): [number, number][] {
  const given = needed(call.attributes.ints('pads') ?? numbersOf(call, 1), call, 'pads');
  const axes = numbersOf(call, 3)?.map((axis) => axisOf(axis, x.rank, call.label)) ?? x.shape.map((_, axis) => axis);
  if (given.length !== 2 * axes.length)
    throw new InputError(`${call.label} must have ${2 * axes.length} pads, got ${given.length}`);
  const rows = x.shape.map((): [number, number] => [0, 0]);
  for (const [at, axis] of axes.entries()) rows[axis] = [given[at], given[at + axes.length]];
  return rows;
}

/** Which entry of an axis stands at a place that may be beyond its ends. */
const BEYOND: Readonly<Record<string, (at: number, length: number) => number>> = {
  edge: (at, length) => Math.max(0, Math.min(length - 1, at)),
  reflect: (at, length) => {
    const period = Math.max(1, 2 * (length - 1));
    const within = ((at % period) + period) % period;
    return within < length ? within : period - within;
  },
  wrap: (at, length) => ((at % length) + length) % length,
};

/** With a number around; then rows are cut off, which may be some of these. */
function filled(x: Tensor, rows: readonly [number, number][], lengths: number[], filler: number): Tensor {
  const added = rows.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]);
  const around = pad(x, added, filler);
  const starts = rows.map(([before]) => Math.max(0, -before));
  return slice(around, starts, lengths);
}

/**
 * A tensor with rows around it.
 *
 * @param x - Any shape.
 * @param call - The call of a Pad.
 */
export function padded(x: Tensor, call: Call): Tensor {
  const rows = rowsOf(x, call);
  const lengths = x.shape.map((length, axis) => length + rows[axis][0] + rows[axis][1]);
  if (lengths.some((length) => length < 0))
    throw new InputError(`${call.label} must leave lengths >= 0, got ${lengths}`);
  call.room(x.shape.map((length, axis) => length + rows[axis].reduce((sum, row) => sum + Math.max(0, row), 0)));
  const mode = call.attributes.text('mode') ?? 'constant';
  if (mode === 'constant')
    return filled(x, rows, lengths, numbersOf(call, 2)?.[0] ?? call.attributes.float('value') ?? 0);
  if (!Object.hasOwn(BEYOND, mode)) requireOnly(call, 'mode', mode, 'constant');
  return rows.reduce((all, [before, after], axis) => {
    if (before === 0 && after === 0) return all;
    const length = x.shape[axis];
    const places = indicesOf(lengths[axis], (at) => BEYOND[mode](at - before, length));
    return picked(all, axis, places);
  }, x);
}
