import type { Rows } from './matrix.ts';

/** The features that a neuron carries. */
export interface Carried {
  /** The one with the largest coefficient by size; -1 for a neuron that is zero. */
  readonly top: number;
  /** All whose coefficient is at least the given share of the largest, in ascending order. */
  readonly all: readonly number[];
}

/** The features that stand out in one row of coefficients. */
export function carriedFeatures({ columns, data }: Rows, row: number, share: number): Carried {
  const at = row * columns;
  let [top, largest] = [-1, 0];
  for (let j = 0; j < columns; j++) if (Math.abs(data[at + j]) > largest) [top, largest] = [j, Math.abs(data[at + j])];
  const all: number[] = [];
  if (top >= 0) for (let j = 0; j < columns; j++) if (Math.abs(data[at + j]) >= share * largest) all.push(j);
  return { top, all };
}

/** The same with as many features as asked for: those with the largest coefficients by size, the first of equal ones. */
export function largestFeatures({ columns, data }: Rows, row: number, count: number): Carried {
  const sizes = Float64Array.from({ length: columns }, (_, j) => Math.abs(data[row * columns + j]));
  const least = sizes.slice().sort()[columns - count] ?? Infinity;
  const [above, level] = [[] as number[], [] as number[]];
  for (const [j, size] of sizes.entries()) if (size >= least) (size > least ? above : level).push(j);
  const all = [...above, ...level.slice(0, count - above.length)].sort((a, b) => a - b);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return largest > 0 ? { top: sizes.indexOf(largest), all } : { top: -1, all: [] };
}
