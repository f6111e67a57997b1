import type { BendStep } from '@advml/core';
import { constantOf, envelope, type Line, lookAt, touching } from './bend.ts';
import type { Interval } from './intervals.ts';
import { emptyLines, type Lines } from './relaxation.ts';

/** Slopes of the lines around a bend, of their own for each form, and where the lines touch. All [rows, size]. */
export interface Slopes {
  /** The lines as they stand. */
  readonly lines: Lines;
  /** Argument where the line below touches the function. */
  readonly belowTouch: Float64Array;
  /** Argument where the line above does. */
  readonly aboveTouch: Float64Array;
  /** Moves the slopes: each by a share of the range between the least and the largest slope of its envelope. */
  move(below: Float64Array, above: Float64Array): void;
}

/** Least slope and width of the range of slopes of the envelopes, [batch, size] each. */
function rangesOf({ pieces }: BendStep, { low, high }: Interval, side: 1 | -1) {
  const look = lookAt(pieces);
  const line: Line = { slope: 0, least: 0, most: 0 };
  const [least, width, start] = [0, 0, 0].map(() => new Float64Array(low.length));
  for (let at = 0; at < low.length; at++) {
    envelope(look(low[at], high[at]), side, line);
    least[at] = line.least;
    width[at] = line.most - line.least;
    start[at] = width[at] > 0 ? (line.slope - line.least) / width[at] : 0;
  }
  return { least, width, start };
}

/**
 * Slopes of the lines around a bend for each of some forms, from those of least area.
 *
 * @param step - The bend.
 * @param interval - Of its arguments, [batch, size].
 * @param owner - Which example each form is of, [rows].
 * @param size - Entries of one example.
 */
export function slopesOf(step: BendStep, interval: Interval, owner: Int32Array, size: number): Slopes {
  const look = lookAt(step.pieces);
  const count = owner.length * size;
  const lines = emptyLines(count);
  const sides = ([1, -1] as const).map((side) => {
    const { least, width, start } = rangesOf(step, interval, side);
    const share = new Float64Array(count);
    for (let row = 0; row < owner.length; row++)
      share.set(start.subarray(owner[row] * size, (owner[row] + 1) * size), row * size);
    const touch = new Float64Array(count);
    const [slopes, constants] = side > 0 ? [lines.below, lines.belowConstant] : [lines.above, lines.aboveConstant];
    const draw = () => {
      for (let at = 0; at < count; at++) {
        const of = owner[Math.floor(at / size)] * size + (at % size);
        const points = look(interval.low[of], interval.high[of]);
        slopes[at] = least[of] + share[at] * width[of];
        const point = touching(points, slopes[at], side);
        touch[at] = points.at[point];
        constants[at] = constantOf(points, point, slopes[at], side);
      }
    };
    const move = (by: Float64Array) => {
      for (let at = 0; at < count; at++) share[at] = Math.min(Math.max(share[at] + by[at], 0), 1);
      draw();
    };
    draw();
    return { touch, move };
  });
  return {
    lines,
    belowTouch: sides[0].touch,
    aboveTouch: sides[1].touch,
    move(below, above) {
      sides[0].move(below);
      sides[1].move(above);
    },
  };
}
