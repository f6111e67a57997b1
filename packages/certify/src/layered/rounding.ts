/** Unit roundoff of float32, in which backends compute. */
const UNIT = 2 ** -24;

/** What a sum of `terms` products in float32 may be off, as a share of the sum of their absolute values; upwards, any from 2^24 on. */
export function gamma(terms: number): number {
  const share = terms * UNIT;
  return share < 1 ? share / (1 - share) : Infinity;
}

/** What float32 may lose of a product besides that share, where it is below the smallest normal number. */
export const UNDERFLOW = 2 ** -126;

/** The next larger float32 of a number >= 0, or itself. */
export function float32Above(value: number): number {
  const rounded = Math.fround(value);
  return rounded >= value ? rounded : Math.fround(rounded * (1 + 2 ** -23) + 2 ** -149);
}

/**
 * A share of a sum of absolute values that no rounding of a sum in double precision exceeds, for sums of up to 2^20 terms with
 * a few roundings each.
 */
export const DOUBLE = 2 ** -30;

/** The same for a few operations, as a share of the absolute values that go in. */
export const FEW = 2 ** -46;
