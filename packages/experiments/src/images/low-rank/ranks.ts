/**
 * A rank that is a share of the full one.
 *
 * @param share - From 0, which is none, to 1.
 * @param side - The smaller side of a weight: its full rank.
 * @returns A whole number, at least 1 unless the share is 0.
 */
export const rankOf = (share: number, side: number): number =>
  share === 0 ? 0 : Math.max(1, Math.floor(share * side * (1 + Number.EPSILON)));
