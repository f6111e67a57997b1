/**
 * A size that was computed in float32, at most a bound that is a double: where rounding carried it past, the largest float32
 * that is not above the bound.
 *
 * So sizes of perturbations within a radius compare as they should with that radius, and may be radii themselves.
 *
 * @param size - A float32.
 * @param most - The bound.
 * @returns A float32.
 * @example
 * ```ts
 * sizeAtMost(Math.fround(0.1), 0.1) <= 0.1; // true, where Math.fround(0.1) <= 0.1 is false
 * ```
 */
export function sizeAtMost(size: number, most: number): number {
  if (!(size > most)) return size;
  const nearest = Float32Array.of(most);
  if (nearest[0] > most) new Uint32Array(nearest.buffer)[0] -= 1; // of a positive float32, the bits of the one below
  return nearest[0];
}
