import type { PiecewiseLinear } from '@advml/core';
import {
  add,
  div,
  greater,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  relu,
  sub,
  type Tensor,
  tensor,
  where,
} from '@tensorflow/tfjs-core';
import { heightsOf, lookAt, type Points } from '../bend.ts';

/** Ranges of a value, [batch, ...shape], as tensors that can be differentiated. */
export interface SoftRange {
  /** Lower ends. */
  readonly low: Tensor;
  /** Upper ends. */
  readonly high: Tensor;
}

/** A line for each entry. */
export interface SoftLine {
  /** Slopes. */
  readonly slope: Tensor;
  /** Constants. */
  readonly constant: Tensor;
}

/** A piecewise-linear function of each entry. */
export function bent({ knots, slopes, value }: PiecewiseLinear, x: Tensor): Tensor {
  let y: Tensor | undefined = slopes[0] === 0 ? undefined : mul(sub(x, knots[0]), slopes[0]);
  for (const [at, knot] of knots.entries()) {
    const turn = slopes[at + 1] - slopes[at];
    const beyond = relu(knot === 0 ? x : sub(x, knot));
    const part = turn === 1 ? beyond : mul(beyond, turn);
    y = y ? add(y, part) : part;
  }
  return value === 0 ? (y as Tensor) : add(y as Tensor, value);
}

/** The range of the function over a range: its values at the ends, and at the knots between where it turns. */
export function bentRange(pieces: PiecewiseLinear, { low, high }: SoftRange): SoftRange {
  const [first, last] = [bent(pieces, low), bent(pieces, high)];
  if (pieces.slopes.every((slope) => slope >= 0)) return { low: first, high: last };
  let ends = { low: minimum(first, last), high: maximum(first, last) };
  for (const [at, height] of heightsOf(pieces).entries()) {
    const [before, after] = [pieces.slopes[at], pieces.slopes[at + 1]];
    const inside = logicalAnd(less(low, pieces.knots[at]), greater(high, pieces.knots[at]));
    const reached = (end: Tensor) => where(inside, height, end);
    if (before <= 0 && after >= 0) ends = { ...ends, low: minimum(ends.low, reached(ends.low)) };
    if (before >= 0 && after <= 0) ends = { ...ends, high: maximum(ends.high, reached(ends.high)) };
  }
  return ends;
}

/** The stretch of an envelope over the middle of a range: the numbers of the two points that it joins. */
function stretch({ count, at, value }: Points, side: 1 | -1): [number, number] {
  const middle = (at[0] + at[count - 1]) / 2;
  let [lowest, best]: [number, [number, number]] = [Infinity, [0, count - 1]];
  for (let i = 0; i < count - 1; i++)
    for (let j = i + 1; j < count; j++) {
      if (at[i] > middle || at[j] < middle) continue;
      const share = (middle - at[i]) / (at[j] - at[i] || 1);
      const height = side * (value[i] + share * (value[j] - value[i]));
      if (height <= lowest) [lowest, best] = [height, [i, j]];
    }
  return best;
}

/**
 * The lines of least area below a piecewise-linear function (side 1) or above it (side -1), differentiable in the ends of the ranges.
 *
 * Which points of the function a line joins is decided once; where they are ends of the range, the line follows them.
 */
export function softLines(pieces: PiecewiseLinear, { low, high }: SoftRange, side: 1 | -1): SoftLine {
  const [lows, highs] = [low.dataSync(), high.dataSync()];
  const look = lookAt(pieces);
  const fixed = { slope: new Float32Array(lows.length), constant: new Float32Array(lows.length) };
  const chord = new Float32Array(lows.length);
  const ends = [0, 1].map(() => ({ knot: new Float32Array(lows.length), low: chord.slice(), high: chord.slice() }));
  for (let entry = 0; entry < lows.length; entry++) {
    const points = look(lows[entry], highs[entry]);
    const [i, j] = stretch(points, side);
    if (j === i + 1) {
      fixed.slope[entry] = points.slope[i];
      // Of the points that a piece joins one is a knot, unless it is the only one: then any does.
      fixed.constant[entry] = points.value[i] - points.slope[i] * points.at[i];
      continue;
    }
    chord[entry] = 1;
    for (const [side, point] of [i, j].entries()) {
      if (point === 0) ends[side].low[entry] = 1;
      else if (point === points.count - 1) ends[side].high[entry] = 1;
      else ends[side].knot[entry] = points.at[point];
    }
  }
  const asTensor = (numbers: Float32Array) => tensor(numbers, low.shape);
  const [p, q] = ends.map(({ knot, low: atLow, high: atHigh }) =>
    add(add(mul(low, asTensor(atLow)), mul(high, asTensor(atHigh))), asTensor(knot)),
  );
  const joined = asTensor(chord);
  const way = add(sub(q, p), sub(1, joined)); // 1 where there is no chord
  const slope = mul(joined, div(sub(bent(pieces, q), bent(pieces, p)), way));
  const constant = mul(joined, sub(bent(pieces, p), mul(slope, p)));
  return { slope: add(slope, asTensor(fixed.slope)), constant: add(constant, asTensor(fixed.constant)) };
}
