import { requireInnerShare } from '@advml/core/internal';

/** Refuses a level at which an interval would be empty or everything. */
export function requireConfidence(confidence: number): void {
  requireInnerShare({ confidence }, 0.95);
}
