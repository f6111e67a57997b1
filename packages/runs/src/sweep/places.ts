import { type GridSide, valuesOf } from './grid-side.ts';
import type { SweepRequest } from './request.ts';
import { drawn } from './search/draw.ts';
import { isRange } from './search/request.ts';

/** A place in a sweep: a value, or the name of a change, for each side. */
export type Place = Readonly<Record<string, unknown>>;

/** Every combination of values, the last side changing fastest. */
function combinations(grid: SweepRequest['grid']): readonly Place[] {
  return Object.entries(grid).reduce<readonly Place[]>(
    (points, [side, values]) =>
      points.flatMap((point) => valuesOf(values).map((value) => ({ ...point, [side]: value }))),
    [{}],
  );
}

/**
 * The places of a sweep, without what makes runs longer: every combination of the values of its grid, each with every place of its
 * search.
 *
 * @param request - The sweep.
 * @returns The places.
 */
export function placesOf({ grid, search }: SweepRequest): readonly Place[] {
  const points = search ? drawn(search) : [{}];
  return combinations(grid).flatMap((place) => points.map((point) => ({ ...place, ...point })));
}

/**
 * How many places a sweep has; none is made, since a grid may have more than memory holds.
 *
 * @param request - The sweep.
 * @returns The length of {@link placesOf}.
 */
export function countOfPlaces({ grid, search }: SweepRequest): number {
  const points = search ? drawn(search).length : 1;
  return Object.values(grid).reduce((product, side) => product * valuesOf(side).length, points);
}

/**
 * The sides of a sweep with all values that they have in it: of the grid, of the search as it drew them, and the rungs of a halving.
 *
 * @param request - The sweep.
 * @returns The sides.
 */
export function sidesOf({ grid, search, halving }: SweepRequest): Readonly<Record<string, GridSide>> {
  const points = search ? drawn(search) : [];
  const over = Object.entries(search?.over ?? {}).map(([side, values]): [string, GridSide] => [
    side,
    isRange(values) ? [...new Set(points.map((point) => point[side]))] : values,
  ]);
  return { ...grid, ...Object.fromEntries(over), ...halving?.rungs };
}
