import { requireInnerShare } from '@advml/core/internal';

/** A level in percent, without the roundings of a product: 95.4 of .954. */
export const percentOf = (confidence: number): number => Number((100 * confidence).toPrecision(12));

/** Refuses a level at which an interval would be empty or everything. */
export function requireConfidence(confidence: number): void {
  requireInnerShare({ confidence }, 0.95);
}
