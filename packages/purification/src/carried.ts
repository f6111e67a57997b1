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
