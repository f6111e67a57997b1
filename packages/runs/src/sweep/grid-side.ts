import { z } from 'zod';
import type { Overrides } from '../settings/settings.ts';

/**
 * The values along one side of a grid: those of one setting, or named changes of several settings at a time, such as
 * `{ "linf .1": { "threats": [{ "norm": "linf", "eps": 0.1 }] } }`.
 */
export type GridSide = readonly unknown[] | { readonly [name: string]: Overrides };

/** Settings by dotted keys. */
export const changes = z.record(z.string(), z.unknown());

/** The form of a {@link GridSide}. */
export const gridSide = z.union(
  [
    z.array(z.unknown()).min(1),
    z
      .record(z.string().min(1), changes)
      .refine((named) => Object.keys(named).length, 'expected at least one named change'),
  ],
  {
    error:
      'expected a list of values, such as [0.1, 0.2], or named changes, such as {"small": {"network.neurons": 24}}',
  },
);

/**
 * The values along a side, or the names of its changes.
 *
 * @param side - The side.
 * @returns What stands in the place of a run.
 */
export const valuesOf = (side: GridSide): readonly unknown[] => (Array.isArray(side) ? side : Object.keys(side));
