import type { AffineStep, MaxStep } from '@advml/core';
import { farthestFall, scratchFor } from './farthest-fall.ts';
import { asBatch, numbersFrom } from './intervals.ts';
import type { Lines, Planes } from './relaxation.ts';
import { DOUBLE, FEW, gamma, UNDERFLOW } from './rounding.ts';
import type { Trace } from './trace.ts';

/** Linear functions of one value, whose least values are wanted. */
export interface Forms {
  /** Number of the value. */
  readonly at: number;
  /** Which example each is of, [rows]. */
  readonly owner: Int32Array;
  /** Their coefficients, [rows, size of the value]. */
  readonly coefficients: Float64Array;
}

/** Linear functions that are made some at a time, for the coefficients of all may take too much memory. */
export interface FormsInParts {
  /** Number of the value. */
  readonly at: number;
  /** How many there are. */
  readonly count: number;
  /**
   * Makes some of them.
   *
   * @param rows - Which.
   */
  of(rows: readonly number[]): Forms;
}

/** What stands for the values that are not affine in those before them. */
export interface Relaxation {
  /**
   * Lines around a bend; none where its own interval is to stand for it.
   *
   * @param at - Number of the value.
   */
  lines(at: number): Lines | undefined;
  /** Whether the lines are [rows, size], one set a form, or [batch, size]. Default: the latter. */
  readonly perForm?: boolean;
  /**
   * Planes around a maximum; none where its own interval is to stand for it.
   *
   * @param at - Number of the value.
   */
  planes(at: number): Planes | undefined;
  /**
   * Told of the coefficients that reach a bend, a maximum or the input, before it is replaced.
   *
   * @param at - Number of the value.
   * @param coefficients - [rows, size]; only lent.
   */
  onArrival?(at: number, coefficients: Float64Array): void;
}

/** The forms on their way back. */
interface Way {
  readonly trace: Trace;
  readonly owner: Int32Array;
  readonly relaxation: Relaxation;
  /** Coefficients of each value, as far as any form has come to it. */
  readonly pending: (Float64Array | undefined)[];
  /** Constants that the forms have gathered, [rows]. */
  readonly constant: Float64Array;
  /** What they may have lost by rounding, [rows]. */
  readonly lost: Float64Array;
}

/** Adds coefficients to those that have come to a value already. */
function arrive({ pending, trace, owner, lost }: Way, at: number, coefficients: Float64Array): void {
  const there = pending[at];
  if (!there) {
    pending[at] = coefficients;
    return;
  }
  const { size } = trace.values[at];
  const { low, high } = trace.intervals[at];
  for (let row = 0; row < owner.length; row++)
    for (let entry = 0; entry < size; entry++) {
      const [place, of] = [row * size + entry, owner[row] * size + entry];
      there[place] += coefficients[place];
      lost[row] += FEW * Math.abs(there[place]) * Math.max(-low[of], high[of]);
    }
}

/**
 * Through an affine step by its transpose, in float32: what that may lose is a share of `|g| (|A| |x| + |b|)`, and what underflows
 * when coefficients are rounded or multiplied.
 */
function throughAffine(way: Way, at: number, step: AffineStep, coefficients: Float64Array): void {
  const { trace, owner, constant, lost } = way;
  const [from] = trace.values[at].from;
  const { size } = trace.values[at];
  const [bias, scale] = [trace.bias[at] as Float64Array, trace.scale[at] as Float64Array];
  const share = gamma(step.terms + 3);
  for (let row = 0; row < owner.length; row++) {
    let [sum, reach, sizes] = [0, 0, 0];
    for (let entry = 0; entry < size; entry++) {
      const coefficient = coefficients[row * size + entry];
      const most = scale[owner[row] * size + entry];
      sum += coefficient * bias[entry];
      reach += Math.abs(coefficient) * most;
      sizes += most;
    }
    constant[row] += sum;
    lost[row] += share * reach + UNDERFLOW * (sizes + step.terms * entrySizes(trace, from, owner[row]));
  }
  const { shape } = trace.values[at];
  const back = numbersFrom(() => step.map.transpose(asBatch(Float32Array.from(coefficients), shape)));
  arrive(way, from, Float64Array.from(back));
}

/** The most that the entries of a value of one example add up to, in absolute value. */
function entrySizes({ values, intervals }: Trace, at: number, example: number): number {
  const { low, high } = intervals[at];
  let sum = 0;
  for (let entry = example * values[at].size; entry < (example + 1) * values[at].size; entry++)
    sum += Math.max(-low[entry], high[entry]);
  return sum;
}

/** Through a bend by the line below where the coefficient is positive, by that above where it is negative. */
function throughBend(way: Way, at: number, lines: Lines | undefined, coefficients: Float64Array): void {
  const { trace, owner, constant, lost, relaxation } = way;
  relaxation.onArrival?.(at, coefficients);
  if (!lines) {
    endAtInterval(way, at, coefficients);
    return;
  }
  const [from] = trace.values[at].from;
  const { size } = trace.values[at];
  const { low, high } = trace.intervals[from];
  for (let row = 0; row < owner.length; row++) {
    for (let entry = 0; entry < size; entry++) {
      const place = row * size + entry;
      const coefficient = coefficients[place];
      if (coefficient === 0) continue;
      const of = owner[row] * size + entry;
      const line = relaxation.perForm ? place : of;
      const slope = coefficient > 0 ? lines.below[line] : lines.above[line];
      const term = coefficient * (coefficient > 0 ? lines.belowConstant[line] : lines.aboveConstant[line]);
      coefficients[place] = coefficient * slope;
      constant[row] += term;
      lost[row] += DOUBLE * Math.abs(term) + FEW * Math.abs(coefficients[place]) * Math.max(-low[of], high[of]);
    }
  }
  arrive(way, from, coefficients);
}

/** Through maxima by the plane below, which is one entry, or that above. */
function throughMax(way: Way, at: number, step: MaxStep, planes: Planes | undefined, coefficients: Float64Array): void {
  const { trace, owner, constant, lost, relaxation } = way;
  relaxation.onArrival?.(at, coefficients);
  if (!planes) {
    endAtInterval(way, at, coefficients);
    return;
  }
  const [from] = trace.values[at].from;
  const { size } = trace.values[at];
  const within = trace.values[from].size;
  const { low, high } = trace.intervals[from];
  const back = new Float64Array(owner.length * within);
  for (let row = 0; row < owner.length; row++) {
    const give = (entry: number, amount: number) => {
      const [place, of] = [row * within + entry, owner[row] * within + entry];
      back[place] += amount;
      lost[row] += FEW * (Math.abs(amount) + Math.abs(back[place])) * Math.max(-low[of], high[of]);
    };
    for (let entry = 0; entry < size; entry++) {
      const coefficient = coefficients[row * size + entry];
      if (coefficient === 0) continue;
      const of = owner[row] * size + entry;
      if (coefficient > 0) {
        give(planes.pick[of], coefficient);
        continue;
      }
      const term = coefficient * planes.aboveConstant[of];
      constant[row] += term;
      lost[row] += DOUBLE * Math.abs(term);
      for (let tap = 0; tap < step.width; tap++) {
        const slope = planes.above[of * step.width + tap];
        if (slope !== 0) give(step.windows[entry * step.width + tap], coefficient * slope);
      }
    }
  }
  arrive(way, from, back);
}

/** Ends at a value whose own interval stands for it. */
function endAtInterval({ trace, owner, constant, lost }: Way, at: number, coefficients: Float64Array): void {
  const { size } = trace.values[at];
  const { low, high } = trace.intervals[at];
  for (let row = 0; row < owner.length; row++)
    for (let entry = 0; entry < size; entry++) {
      const coefficient = coefficients[row * size + entry];
      if (coefficient === 0) continue;
      const of = owner[row] * size + entry;
      const term = coefficient * (coefficient > 0 ? low[of] : high[of]);
      constant[row] += term;
      lost[row] += DOUBLE * Math.abs(term);
    }
}

/** Ends at the input: the form there, and how far it can fall. */
function endAtInput({ trace, owner, constant, lost }: Way, coefficients: Float64Array): void {
  const { size } = trace.values[0];
  const scratch = scratchFor(size);
  for (let row = 0; row < owner.length; row++) {
    const slopes = coefficients.subarray(row * size, (row + 1) * size);
    const base = owner[row] * size;
    let [sum, terms] = [0, 0];
    for (let entry = 0; entry < size; entry++) {
      const term = slopes[entry] * trace.x[base + entry];
      sum += term;
      terms += Math.abs(term);
    }
    constant[row] += sum - farthestFall(slopes, undefined, trace.regions[owner[row]], scratch);
    lost[row] += DOUBLE * terms;
  }
}

/**
 * Lower bounds of linear functions of a value over all inputs that the threat allows, by going back to the input.
 *
 * Each step replaces a linear function of its value by one of the values before that is nowhere larger. The bounds hold whatever the
 * coefficients were rounded to, for each replacement counts what it may have lost against the intervals of the values that it
 * multiplies.
 *
 * @param trace - Intervals of all values before.
 * @param forms - The functions; their coefficients are used up.
 * @param relaxation - What stands for bends and maxima.
 * @returns Lower bounds, [rows].
 */
export function leastOf(trace: Trace, forms: Forms, relaxation: Relaxation): Float64Array {
  const { at: last, owner, coefficients } = forms;
  const way: Way = {
    trace,
    owner,
    relaxation,
    pending: [],
    constant: new Float64Array(owner.length),
    lost: new Float64Array(owner.length),
  };
  way.pending[last] = coefficients;
  for (let at = last; at >= 0; at--) {
    const arrived = way.pending[at];
    if (!arrived) continue;
    way.pending[at] = undefined;
    back(way, at, arrived);
  }
  return way.constant.map((constant, row) => {
    const least = constant - way.lost[row] - FEW * Math.abs(constant);
    return Number.isNaN(least) ? -Infinity : least; // an overflow proves nothing
  });
}

/** One value back. */
function back(way: Way, at: number, arrived: Float64Array): void {
  const { relaxation, trace } = way;
  const { step, from } = trace.values[at];
  switch (step?.kind) {
    case 'affine':
      throughAffine(way, at, step, arrived);
      break;
    case 'sum':
      for (const [index, value] of from.entries())
        arrive(way, value, index === from.length - 1 ? arrived : arrived.slice()); // what comes first is added to
      break;
    case 'bend':
      throughBend(way, at, relaxation.lines(at), arrived);
      break;
    case 'max':
      throughMax(way, at, step, relaxation.planes(at), arrived);
      break;
    default:
      relaxation.onArrival?.(at, arrived);
      endAtInput(way, arrived);
  }
}
