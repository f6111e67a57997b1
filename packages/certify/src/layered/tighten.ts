import type { Relaxation } from './backward.ts';
import { leastInParts } from './least-in-parts.ts';
import { bendLines, maxPlanes } from './relaxation.ts';
import { narrow, type Trace } from './trace.ts';

/** The lines and planes of least area for all values of a trace, each made when it is first needed. */
export function leastArea(trace: Trace): Relaxation {
  const { values, intervals, batch } = trace;
  const made = new Map<number, unknown>();
  const once = <T>(at: number, make: () => T): T => {
    if (!made.has(at)) made.set(at, make());
    return made.get(at) as T;
  };
  return {
    lines(at) {
      const { step, from } = values[at];
      return step?.kind === 'bend' ? once(at, () => bendLines(step, intervals[from[0]])) : undefined;
    },
    planes(at) {
      const { step, from } = values[at];
      const [value] = from;
      return step?.kind === 'max'
        ? once(at, () => maxPlanes(step, intervals[value], values[value].size, batch))
        : undefined;
    },
  };
}

/** Which entries of a value a bend or a maximum after it is not linear in, [batch, size]; one list an example. */
function undecided({ values, intervals, batch }: Trace, at: number): number[][] {
  const { size } = values[at];
  const { low, high } = intervals[at];
  const after = values.filter(({ step, from }) => step && step.kind !== 'affine' && from.includes(at));
  const knots = after.flatMap(({ step }) => (step?.kind === 'bend' ? step.pieces.knots : []));
  const compared = after.some(({ step }) => step?.kind === 'max');
  return Array.from({ length: batch }, (_, example) => {
    const entries: number[] = [];
    for (let entry = 0; entry < size; entry++) {
      const [l, u] = [low[example * size + entry], high[example * size + entry]];
      if (l < u && (compared || knots.some((knot) => l < knot && knot < u))) entries.push(entry);
    }
    return entries;
  });
}

/**
 * Narrows the intervals of a value by linear bounds back to the input, where a bend or a maximum has not been decided.
 *
 * @param trace - Its intervals are narrowed.
 * @param at - Number of the value.
 * @param relaxation - What stands for bends and maxima before it.
 * @param most - The most entries of an example for which this is done; with more the intervals stay.
 * @param pause - Awaited now and then.
 */
export async function tighten(
  trace: Trace,
  at: number,
  relaxation: Relaxation,
  most: number,
  pause: () => Promise<void>,
): Promise<void> {
  const { size } = trace.values[at];
  const places = undecided(trace, at).flatMap((entries, example) =>
    entries.length > most ? [] : entries.map((entry) => ({ example, entry })),
  );
  if (places.length === 0) return;
  const boundsOf = (sign: 1 | -1) => {
    const of = (rows: readonly number[]) => {
      const owner = Int32Array.from(rows, (row) => places[row].example);
      const coefficients = new Float64Array(rows.length * size);
      for (const [to, row] of rows.entries()) coefficients[to * size + places[row].entry] = sign;
      return { at, owner, coefficients };
    };
    return leastInParts(trace, { at, count: places.length, of }, relaxation, pause);
  };
  const [low, negHigh] = [await boundsOf(1), await boundsOf(-1)];
  for (const [row, { example, entry }] of places.entries())
    narrow(trace.intervals[at], example * size + entry, low[row], -negHigh[row]);
}
