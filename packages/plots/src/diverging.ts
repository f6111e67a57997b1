import * as Plot from '@observablehq/plot';

/** How values become steps of colour: `(|value| / limit) ** power` of the way from white to the deepest. */
export interface DivergingScale {
  /** Value of the deepest colours. */
  readonly limit: number;
  /** 1 for a linear scale. */
  readonly power: number;
}

/** Steps of colour on each side of zero. */
export const levels = 16;

/** The step of colour of a value, from -16 to 16. */
export function levelOf(value: number, { limit, power }: DivergingScale): number {
  return Math.sign(value) * Math.round(levels * Math.min(1, Math.abs(value) / limit) ** power);
}

/** The value in the middle of a step. */
export function middleOf(level: number, { limit, power }: DivergingScale): number {
  return Math.sign(level) * limit * (Math.abs(level) / levels) ** (1 / power);
}

const scheme = Plot.scale({ color: { type: 'diverging', scheme: 'RdBu', domain: [-levels, levels] } });

/** The colour of a step: red below zero, white at it, blue above. */
export function colorOf(level: number): string {
  return level === 0 ? '#ffffff' : scheme.apply(level);
}

/** The largest entry by size. */
export function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return largest;
}
