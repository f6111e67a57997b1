/**
 * Points at distance `side` from each other with their mean at zero, in the fewest coordinates: [count, count - 1].
 *
 * Coordinate `j` sets point `j + 1` apart from the ones before it (the rows of a Helmert matrix); two points are minus
 * and plus half the side.
 */
export function simplex(count: number, side: number): readonly Float64Array[] {
  return Array.from({ length: count }, (_, point) =>
    Float64Array.from({ length: count - 1 }, (_, j) => {
      const unit = side / Math.SQRT2 / Math.sqrt((j + 1) * (j + 2));
      if (point > j + 1) return 0;
      return point === j + 1 ? unit * (j + 1) : -unit;
    }),
  );
}
