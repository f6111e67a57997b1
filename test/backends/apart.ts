import type { Reading } from './reading.ts';

/** How far apart two readings are. */
export interface Apart {
  /** Largest difference of two numbers, in units of the largest number of their list, or of 0.1 if that is larger. */
  readonly deviation: number;
  /** Where that is. */
  readonly place: string;
  /** What is of another kind, length or decision; nothing where only rounding is between the two. */
  readonly other?: string;
}

/**
 * Compares what a case found on two backends.
 *
 * @param actual - What one found.
 * @param expected - What the other found.
 * @param rounding - An example whose loss is nearer to the boundary than this may succeed on one of them only.
 * @returns How far apart they are.
 */
export function apart(actual: Reading, expected: Reading, rounding: number): Apart {
  let [deviation, place] = [0, ''];
  const paths = new Set([...actual.keys(), ...expected.keys()]);
  for (const path of paths) {
    const [own, other] = [actual.get(path), expected.get(path)];
    if (own?.length !== other?.length || !own || !other)
      return { deviation: Infinity, place: path, other: `${path} has ${own?.length} entries, not ${other?.length}` };
    const scale = scaleOf(other);
    for (const [at, value] of other.entries()) {
      const distance = between(own[at], value, scale);
      if (distance === Infinity && !isNearBoundary(expected, path, at, rounding))
        return { deviation: Infinity, place: path, other: `${path}[${at}] is ${own[at]}, not ${value}` };
      if (distance > deviation && distance < Infinity) [deviation, place] = [distance, `${path}[${at}]`];
    }
  }
  return { deviation, place };
}

/** Largest finite number of a list, at least 0.1. */
const scaleOf = (list: readonly unknown[]) =>
  list.reduce<number>(
    (most, value) => (typeof value === 'number' && Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0.1,
  );

/** Difference of two finite numbers; 0 for what is the same, Infinity for what must be and is not. */
function between(own: unknown, other: unknown, scale: number): number {
  if (Object.is(own, other) || own === other) return 0;
  const isNumber = Number.isFinite(own) && Number.isFinite(other);
  return isNumber ? Math.abs((own as number) - (other as number)) / scale : Infinity;
}

/** Whether a decision hangs on rounding: the loss beside it is that of an example on the boundary. */
function isNearBoundary(reading: Reading, path: string, at: number, rounding: number): boolean {
  if (!/(^|\.)success$/.test(path)) return false;
  const loss = reading.get(path.replace(/success$/, 'loss'))?.[at];
  return typeof loss === 'number' && Math.abs(loss) <= rounding;
}
