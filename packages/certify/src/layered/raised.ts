import { type Forms, type FormsInParts, leastOf, type Relaxation } from './backward.ts';
import { fall, scratchFor } from './farthest-fall.ts';
import { asBatch, numbersFrom } from './intervals.ts';
import type { Planes } from './relaxation.ts';
import { type Slopes, slopesOf } from './slopes.ts';
import type { Trace } from './trace.ts';

/** How bounds are raised. */
export interface Raise {
  /** Steps of ascent. */
  readonly steps: number;
  /** The lines and planes to begin with. */
  readonly lines: Relaxation;
  /** Awaited between steps. */
  pause(): Promise<void>;
}

/** Numbers that the slopes of all bends may hold at a time; margins are raised in parts of so many. */
const MOST = 2 ** 21;

/** Share of the range of slopes that the first step moves the slope which matters most. */
const FIRST_STEP = 0.5;

/** The coefficients that one pass back has brought to each bend, maximum and to the input, [rows, size]. */
type Arrived = ReadonlyMap<number, Float64Array>;

/**
 * The linear network that a pass has put in the place of the true one, at the input where its form is least.
 *
 * Along it the derivative of the bound in a slope is the coefficient times the way from where the line touches.
 */
function relaxedValues(
  trace: Trace,
  owner: Int32Array,
  arrived: Arrived,
  slopes: ReadonlyMap<number, Slopes>,
  lines: Relaxation,
) {
  const { values, bias } = trace;
  const known: Float32Array[] = [worstInputs(trace, owner, arrived.get(0) as Float64Array)];
  for (let at = 1; at < values.length; at++) {
    const { step, from, size } = values[at];
    const [first] = from;
    const before = known[first];
    const coefficients = arrived.get(at);
    if (step?.kind === 'affine') {
      const out = numbersFrom(() => step.map.apply(asBatch(before, values[first].shape)));
      known[at] = out.map((number, place) => number + (bias[at] as Float64Array)[place % size]);
    } else if (step?.kind === 'sum') {
      known[at] = before.map((_, place) => from.reduce((sum, value) => sum + known[value][place], 0));
    } else if (!coefficients) {
      known[at] = new Float32Array(owner.length * size); // no form has come here: its value does not matter
    } else if (step?.kind === 'bend') {
      const { below, belowConstant, above, aboveConstant } = (slopes.get(at) as Slopes).lines;
      known[at] = before.map((z, place) =>
        coefficients[place] > 0 ? below[place] * z + belowConstant[place] : above[place] * z + aboveConstant[place],
      );
    } else if (step?.kind === 'max') {
      const { pick, above, aboveConstant } = lines.planes(at) as Planes;
      known[at] = Float32Array.from(coefficients, (coefficient, place) => {
        const [row, entry] = [Math.floor(place / size), place % size];
        const [of, base] = [owner[row] * size + entry, row * values[first].size];
        if (coefficient > 0) return before[base + pick[of]];
        let plane = aboveConstant[of];
        for (let tap = 0; tap < step.width; tap++) {
          const slope = above[of * step.width + tap];
          if (slope !== 0) plane += slope * before[base + step.windows[entry * step.width + tap]];
        }
        return plane;
      });
    }
  }
  return known;
}

/** The inputs at which forms are least, [rows, size]. */
function worstInputs({ x, regions, values }: Trace, owner: Int32Array, coefficients: Float64Array): Float32Array {
  const [{ size }] = values;
  const scratch = scratchFor(size);
  const worst = new Float32Array(coefficients.length);
  for (let row = 0; row < owner.length; row++) {
    const own = worst.subarray(row * size, (row + 1) * size);
    for (let at = 0; at < size; at++) own[at] = x[owner[row] * size + at];
    fall(own, coefficients.subarray(row * size, (row + 1) * size), regions[owner[row]], scratch);
  }
  return worst;
}

/** How far each slope of a bend moves uphill: the one that matters most in its row by `rate`. */
function movesOf(z: Float32Array, coefficients: Float64Array, slopes: Slopes, size: number, rate: number) {
  const [below, above] = [new Float64Array(z.length), new Float64Array(z.length)];
  for (let row = 0; row < z.length; row += size) {
    let largest = 0;
    for (let at = row; at < row + size; at++) {
      const touch = coefficients[at] > 0 ? slopes.belowTouch[at] : slopes.aboveTouch[at];
      const uphill = coefficients[at] * (z[at] - touch);
      (coefficients[at] > 0 ? below : above)[at] = uphill;
      largest = Math.max(largest, Math.abs(uphill));
    }
    const scale = largest > 0 ? rate / largest : 0;
    for (let at = row; at < row + size; at++) {
      below[at] *= scale;
      above[at] *= scale;
    }
  }
  return { below, above };
}

/** Raises the bounds of some margins; the best that any step has come to are kept. */
async function raisePart(
  trace: Trace,
  forms: Forms,
  best: Float64Array,
  { steps, lines, pause }: Raise,
): Promise<void> {
  const { values, intervals } = trace;
  const slopes = new Map<number, Slopes>();
  for (const [at, { step, from, size }] of values.entries())
    if (step?.kind === 'bend') slopes.set(at, slopesOf(step, intervals[from[0]], forms.owner, size));
  for (let step = 0; step <= steps; step++) {
    await pause();
    const arrived = new Map<number, Float64Array>();
    const bounds = leastOf(
      trace,
      { ...forms, coefficients: forms.coefficients.slice() },
      {
        lines: (at) => slopes.get(at)?.lines,
        perForm: true,
        planes: (at) => lines.planes(at),
        onArrival: (at, coefficients) => arrived.set(at, coefficients.slice()),
      },
    );
    for (const [row, bound] of bounds.entries()) best[row] = Math.max(best[row], bound);
    if (step === steps || !arrived.has(0)) return;
    const relaxed = relaxedValues(trace, forms.owner, arrived, slopes, lines);
    const rate = FIRST_STEP * (1 - step / steps);
    for (const [at, own] of slopes) {
      const coefficients = arrived.get(at);
      if (!coefficients) continue;
      const { below, above } = movesOf(relaxed[values[at].from[0]], coefficients, own, values[at].size, rate);
      own.move(below, above);
    }
  }
}

/**
 * Bounds of margins that are not yet positive, raised by gradient ascent on the slopes of all lines, each margin with its own.
 *
 * The derivative needs no second backward pass: the bound is the value of a linear network at the input where it is least, so the
 * derivative in a slope is the coefficient that reached the line times the way from where the line touches. Every step's bound is a
 * sound one, and the best is kept.
 *
 * @param trace - Intervals of all values.
 * @param forms - The margins.
 * @param best - Their bounds so far.
 * @param raise - See {@link Raise}.
 * @returns The bounds, none below those that were given.
 */
export async function raised(
  trace: Trace,
  forms: FormsInParts,
  best: Float64Array,
  raise: Raise,
): Promise<Float64Array> {
  const result = best.slice();
  const open = Array.from(best.keys()).filter((row) => !(best[row] > 0));
  const bends = trace.values.reduce((sum, { step, size }) => sum + (step?.kind === 'bend' ? size : 0), 1);
  const rows = Math.max(1, Math.floor(MOST / bends));
  for (let from = 0; from < open.length; from += rows) {
    const part = open.slice(from, from + rows);
    const bounds = Float64Array.from(part, (row) => result[row]);
    await raisePart(trace, forms.of(part), bounds, raise);
    for (const [at, row] of part.entries()) result[row] = bounds[at];
  }
  return result;
}
