import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';
import { z } from 'zod';
import { type Overrides, refusal } from '../settings/settings.ts';
import { changes, type GridSide, gridSide } from './grid-side.ts';
import { type HalvingRequest, halvingField, requireSearch, type SearchRequest, searchField } from './search/request.ts';

/** What a sweep is to do: every combination of the values of a grid, each with every place of a search and with every seed. */
export interface SweepRequest {
  /** Names or files of its experiments. */
  readonly experiment: readonly string[];
  /** Preset of every run. Default: the first of the experiment. */
  readonly preset?: string;
  /** Settings of every run, by dotted keys. */
  readonly set: Overrides;
  /** The sides of the grid: dotted keys with their values, or names of one's own with named changes. */
  readonly grid: { readonly [side: string]: GridSide };
  /** Settings that are drawn, beside the grid. Default: none. */
  readonly search?: SearchRequest;
  /** All are tried for a short time, and only the best for longer. Default: each run is made as it is. */
  readonly halving?: HalvingRequest;
  /** Seeds of every combination. */
  readonly seeds: readonly number[];
  /** Claims of every run. Default: those of the experiment. */
  readonly claims?: 'all' | readonly string[];
}

/** Seeds that a sweep may have. */
const MOST_SEEDS = 1000;

const text = z.string().min(1);
const seeds = z.union([z.int().min(1).max(MOST_SEEDS), z.array(z.int().min(0)).min(1).max(MOST_SEEDS)], {
  error: `expected a number of seeds from 1 to ${MOST_SEEDS}, or a list of seeds`,
});

const schema = z.strictObject({
  experiment: z
    .union([text, z.array(text).min(1)], {
      error: 'expected the name of an experiment, the path of its file, or a list',
    })
    .describe('Name of an experiment, or path of its file from here; or a list of them'),
  preset: text.optional().describe('Preset of every run'),
  set: changes.default({}).describe('Settings of every run, by dotted keys'),
  grid: z.record(text, gridSide).default({}).describe('Values by dotted keys, or named changes by a name'),
  search: searchField.optional(),
  halving: halvingField.optional(),
  seeds: seeds.default(1).describe('Number of seeds from 0 on, or a list of them'),
  claims: z
    .union([z.literal('all'), z.array(text).min(1)], { error: "expected 'all' or a list of claims" })
    .optional()
    .describe('Claims of every run'),
});

/** The list of a thing that may also be given alone. */
const listed = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/**
 * What a sweep is to do, out of a file of JSON or a program.
 *
 * @param value - `{ experiment, preset, set, grid, search, halving, seeds, claims }`, of which only the experiment must be there.
 * @returns The request, with its defaults.
 * @throws InputError that lists every bad key and value, unknown keys with the nearest known one.
 * @example
 * ```ts
 * const request = parseSweep({ experiment: 'paper', preset: 'smoke', grid: { tau: [0.2, 0.25] }, seeds: 3 });
 * ```
 */
export function parseSweep(value: unknown): SweepRequest {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError(
      `a sweep is a record, such as {"experiment": "paper", "grid": {"tau": [0.1, 0.2]}, "seeds": 3}, got ${described(value)}`,
    );
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refusal('sweep', schema, value as Overrides, parsed.error);
  const { experiment, grid, search, halving, seeds } = parsed.data;
  requireSearch(Object.keys(grid), search, halving);
  const each = typeof seeds === 'number' ? Array.from({ length: seeds }, (_, seed) => seed) : seeds;
  if (new Set(each).size < each.length)
    throw new InputError(`the seeds of a sweep must be different from each other, got [${each.join(', ')}]`);
  return { ...parsed.data, experiment: listed(experiment), seeds: each };
}
