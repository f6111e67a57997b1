import { clopperPearson } from '@advml/metrics';
import type { FilterMass } from './measures.ts';

/** Filters as coefficients over the features and the length of each. */
export interface FilterRows {
  /** Products of every filter with every feature, robust ones first, [filters, 2 k] one after the other. */
  readonly products: ArrayLike<number>;
  /** Lengths of the filters. */
  readonly lengths: readonly number[];
}

/** The place of the largest entry by size. */
function largestOf(row: readonly number[]): number {
  return row.reduce((best, value, at) => (Math.abs(value) > Math.abs(row[best]) ? at : best), 0);
}

const rowOf = ({ products }: FilterRows, row: number, width: number): readonly number[] =>
  Array.from({ length: width }, (_, at) => products[row * width + at]);

/**
 * The order in which figures show filters: by the feature with the largest product.
 *
 * @param rows - The filters.
 * @param features - Features of a kind.
 * @returns Places of the filters.
 */
export function orderOf(rows: FilterRows, features: number): readonly number[] {
  const led = rows.lengths.map((_, at) => largestOf(rowOf(rows, at, 2 * features)));
  return [...led.keys()].sort((a, b) => led[a] - led[b] || a - b);
}

/**
 * What filters are made of.
 *
 * @param rows - The filters.
 * @param features - Features of a kind.
 * @param order - In which the cosines are listed.
 * @returns Plain numbers; shares are zero where all filters are.
 */
export function massOf(rows: FilterRows, features: number, order: readonly number[]): FilterMass {
  const width = 2 * features;
  const total = rows.lengths.reduce((sum, length) => sum + length ** 2, 0);
  const alive = [...rows.lengths.keys()].filter((at) => rows.lengths[at] > 0);
  const share = (from: number, to: number) => {
    const squares = rows.lengths.flatMap((_, at) => rowOf(rows, at, width).slice(from, to));
    return total > 0 ? squares.reduce((sum, value) => sum + value ** 2, 0) / total : 0;
  };
  const led = alive.filter((at) => largestOf(rowOf(rows, at, width)) < features).length;
  return {
    robust: share(0, features),
    nonRobust: share(features, width),
    led: clopperPearson(led, Math.max(alive.length, 1)),
    cosines: order.flatMap((at) =>
      rowOf(rows, at, width).map((value) => (rows.lengths[at] > 0 ? value / rows.lengths[at] : 0)),
    ),
  };
}
