import { InputError } from '@advml/core';
import { z } from 'zod';
import { type GridSide, gridSide, valuesOf } from '../grid-side.ts';
import { MOST_DIMENSIONS } from './sobol.ts';

/** Numbers that a search may take. */
export interface SearchRange {
  /** The least. */
  readonly low: number;
  /** The greatest. */
  readonly high: number;
  /** Whether numbers or their logarithms are spread evenly. Default: `linear`. */
  readonly scale?: 'linear' | 'log';
  /** Whether only whole numbers are taken. Default: false. */
  readonly integer?: boolean;
}

/** What a search draws along a side: numbers of a range, or one of several values or named changes. */
export type SearchSide = SearchRange | GridSide;

/** Settings to draw instead of a grid. */
export interface SearchRequest {
  /** `random`: independent draws. `sobol`: a sequence that fills the space evenly, best in numbers that are powers of two. */
  readonly method: 'random' | 'sobol';
  /** How many places are drawn; a place that is drawn again, as where all values are few, counts once. */
  readonly runs: number;
  /** Decides the draws. Default: 0. */
  readonly seed: number;
  /** What is drawn: ranges or values of settings by dotted keys, or named changes by a name. */
  readonly over: { readonly [side: string]: SearchSide };
}

/** Halving of the runs of a sweep: all are tried for a short time, and only the best for longer. */
export interface HalvingRequest {
  /** What makes runs longer, from short to long: values of one setting, such as steps of training, or named changes. */
  readonly rungs: { readonly [side: string]: GridSide };
  /** The number that decides: a claim, or a part of what a stage measured, such as `accuracy.robust`. */
  readonly metric: string;
  /** Which numbers are better. Default: `greater`. */
  readonly better: 'greater' | 'less';
  /** One place of so many goes on to the next rung. Default: 3. */
  readonly factor: number;
}

/** Places that a search may draw. */
const MOST_PLACES = 100_000;

const range = z
  .strictObject({
    low: z.number(),
    high: z.number(),
    scale: z.enum(['linear', 'log']).optional(),
    integer: z.boolean().optional(),
  })
  .refine(({ low, high }) => low < high, 'expected low < high')
  .refine(({ low, scale }) => scale !== 'log' || low > 0, 'expected low > 0 on a log scale')
  .refine(
    ({ low, high, integer }) => !integer || (Number.isSafeInteger(low) && Number.isSafeInteger(high)),
    'expected whole numbers low and high',
  );

/**
 * Whether a side is a range; named changes are records, no numbers.
 *
 * @param side - The side.
 * @returns False for values and named changes.
 */
export const isRange = (side: SearchSide): side is SearchRange =>
  !Array.isArray(side) && typeof (side as SearchRange).low === 'number';

const searchSide = z.union([range, gridSide], {
  error:
    'expected a range, such as {"low": 0.01, "high": 1, "scale": "log"}, a list of values, or named changes; low < high, and low > 0 on a log scale',
});

/** The form of a {@link SearchRequest}. */
export const searchField = z.strictObject({
  method: z.enum(['random', 'sobol']).describe('How places are drawn'),
  runs: z.int().min(1).max(MOST_PLACES).describe('How many places are drawn'),
  seed: z.int().min(0).default(0).describe('Decides the draws'),
  over: z.record(z.string().min(1), searchSide).describe('Ranges or values by dotted keys, or named changes by a name'),
});

/** The form of a {@link HalvingRequest}. */
export const halvingField = z.strictObject({
  rungs: z
    .record(z.string().min(1), gridSide)
    .refine((sides) => Object.keys(sides).length === 1, 'expected one setting, or one name of changes')
    .describe('What makes runs longer, from short to long'),
  metric: z.string().min(1).describe('The number that decides'),
  better: z.enum(['greater', 'less']).default('greater').describe('Which numbers are better'),
  factor: z.int().min(2).default(3).describe('One place of so many goes on'),
});

/**
 * Refuses a search and a halving that cannot be made, or that are over what the grid has.
 *
 * @param sides - The sides of the grid.
 * @param search - The search, if there is one.
 * @param halving - The halving, if there is one.
 * @throws InputError that names the side.
 */
export function requireSearch(
  sides: readonly string[],
  search: SearchRequest | undefined,
  halving: HalvingRequest | undefined,
): void {
  const drawn = Object.keys(search?.over ?? {});
  if (search && drawn.length === 0) throw new InputError('a search needs a setting to draw, in "over"');
  if (search?.method === 'sobol' && drawn.length > MOST_DIMENSIONS)
    throw new InputError(
      `a Sobol sequence has ${MOST_DIMENSIONS} settings at most here, got ${drawn.length}; take the method "random"`,
    );
  const all = [...sides, ...drawn, ...Object.keys(halving?.rungs ?? {})];
  const twice = all.find((side, at) => all.indexOf(side) < at);
  if (twice !== undefined)
    throw new InputError(`'${twice}' may be in one of grid, search and rungs; take it out of the others`);
  for (const [side, rungs] of Object.entries(halving?.rungs ?? {}))
    if (valuesOf(rungs).length < 2)
      throw new InputError(`the rungs of ${side} must be two or more, from short to long`);
}
