import {
  abs,
  add,
  cast,
  equal,
  max,
  mul,
  neg,
  reshape,
  step,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Key } from './key.ts';
import type { Bounds } from './norm.ts';

/** The batch as a matrix [batch, entries of an example]. */
export function asRows(batch: Tensor): Tensor2D {
  return reshape(batch, [batch.shape[0], batch.shape[0] === 0 ? 0 : batch.size / batch.shape[0]]) as Tensor2D;
}

/** One number an example against the batch's own shape: [batch] as [batch, 1, ..., 1]. */
export function alongRows(values: Tensor1D, like: Tensor): Tensor {
  return reshape(values, [values.shape[0], ...like.shape.slice(1).map(() => 1)]);
}

/** The same numbers with 1 in place of 0, so that they can be divided by. */
export function oneForZero(values: Tensor1D): Tensor1D {
  return tidy(() => add(values, cast(equal(values, 0), 'float32')));
}

/** Largest absolute entry of each example, with 1 in place of 0: [batch]. */
export function scaleOf(batch: Tensor): Tensor1D {
  return tidy(() => oneForZero(max(abs(asRows(batch)), 1) as Tensor1D));
}

/** The sign of each entry, however small; tfjs's own `sign` gives 0 below 1e-6 on the wasm backend. */
export function signOf(batch: Tensor): Tensor {
  return tidy(() => sub(step(batch), step(neg(batch))));
}

/**
 * A batch in which `shorten` has changed the absolute value of each example's entries, in double precision on the host.
 *
 * @param batch - [batch, ...]; read back from the backend.
 * @param bounds - Range of each entry, which contains 0; none if there is no box.
 * @param shorten - Gets one example's absolute values, which it changes in place, how large each may be, and its row.
 */
export function mapSizes(
  batch: Tensor,
  bounds: Bounds | undefined,
  shorten: (sizes: Float64Array, rooms: Float64Array, row: number) => void,
): Tensor {
  const values = batch.dataSync<'float32'>();
  const [low, high] = [bounds?.low.dataSync<'float32'>(), bounds?.high.dataSync<'float32'>()];
  const result = new Float32Array(values.length);
  const width = batch.shape[0] === 0 ? 0 : batch.size / batch.shape[0];
  const [sizes, rooms] = [new Float64Array(width), new Float64Array(width).fill(Infinity)];
  for (let start = 0, row = 0; start < values.length; start += width, row++) {
    for (let at = 0; at < width; at++) {
      const value = values[start + at];
      sizes[at] = Math.abs(value);
      if (low && high) rooms[at] = Math.max(value < 0 ? -low[start + at] : high[start + at], 0);
    }
    shorten(sizes, rooms, row);
    for (let at = 0; at < width; at++) result[start + at] = values[start + at] < 0 ? -sizes[at] : sizes[at];
  }
  return tensor(result, batch.shape);
}

/** The radius of one example, where all may have the same. */
export function radiusOf(eps: number | readonly number[], row: number): number {
  return typeof eps === 'number' ? eps : eps[row];
}

/** A batch drawn example by example: `draw` gives the entries of one. */
export function sampleRows(
  keys: readonly Key[],
  shape: readonly number[],
  draw: (key: Key, width: number, row: number) => ArrayLike<number>,
): Tensor {
  const width = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(keys.length * width);
  for (const [at, key] of keys.entries()) values.set(draw(key, width, at), at * width);
  return tensor(values, [keys.length, ...shape]);
}

/** Sum of `term` over the numbers of a row. */
export function total(row: ArrayLike<number>, term: (value: number, at: number) => number): number {
  let sum = 0;
  for (let at = 0; at < row.length; at++) sum += term(row[at], at);
  return sum;
}

/** Rounds after which a search for a root ends whatever it has: what is not a number never comes to an end by itself. */
const ROUNDS = 200;

/**
 * The root of a rising function on [0, high], to the last bits of a double; `high` where it is not positive even there.
 *
 * Newton steps that never leave the bracket around the root: a few passes over the row, where bisection takes fifty.
 *
 * @param f - Value and slope; not positive at 0.
 * @param high - The end of the range.
 */
export function risingRoot(f: (at: number) => readonly [value: number, slope: number], high: number): number {
  let [low, top, at] = [0, high, high];
  for (let round = 0; round < ROUNDS; round++) {
    const [value, slope] = f(at);
    if (value > 0) top = at;
    else low = at;
    const newton = at - value / slope;
    const next = newton > low && newton < top ? newton : (low + top) / 2;
    if (value === 0 || low === high || Math.abs(next - at) <= 1e-15 * next) return at;
    at = next;
  }
  return at;
}

/**
 * Steps on which linear functions rise by given amounts, in double precision on the host.
 *
 * @param gradient - [batch, ...]; read back from the backend.
 * @param rise - Amounts [batch]; where one is negative the function is to fall.
 * @param bounds - Range of each entry, which contains 0; none if there is no box.
 * @param spend - Turns the sizes of one example's slopes, in place, into the sizes of its step, given how large each may be
 * and the amount.
 */
export function mapRises(
  gradient: Tensor,
  rise: Tensor1D,
  bounds: Bounds | undefined,
  spend: (slopes: Float64Array, rooms: Float64Array, rise: number) => void,
): Tensor {
  const amounts = rise.dataSync<'float32'>();
  return tidy(() => {
    const uphill = mul(gradient, alongRows(signOf(rise) as Tensor1D, gradient));
    return mapSizes(uphill, bounds, (slopes, rooms, row) => spend(slopes, rooms, Math.abs(amounts[row])));
  });
}

/**
 * How long entries must move, each at its own pace until its room ends, for a linear function to rise by an amount.
 *
 * The rise is concave in the time and made of straight pieces, so Newton steps from zero end on the root itself.
 *
 * @returns The time; where the amount is out of reach, one at which no entry moves any more.
 */
export function timeToRise(slopes: Float64Array, rooms: Float64Array, paces: Float64Array, rise: number): number {
  let time = 0;
  for (let round = 0; round < ROUNDS + slopes.length; round++) {
    let [missing, slope] = [rise, 0];
    for (let at = 0; at < slopes.length; at++) {
      const way = time * paces[at];
      missing -= slopes[at] * Math.min(way, rooms[at]);
      if (way < rooms[at]) slope += slopes[at] * paces[at];
    }
    const next = time + missing / slope;
    if (!(next > time) || next === Infinity) break;
    time = next;
  }
  return time;
}
