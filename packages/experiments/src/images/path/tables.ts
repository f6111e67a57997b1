import type { Table } from '@advml/runs';
import { pathTables, type ShownPath } from '../../shared/path/tables.ts';
import type { PathMeasures } from './measures.ts';

/**
 * The paths as reports show them.
 *
 * @param measures - What a run measured.
 * @returns One for each norm.
 */
export const shownPaths = (measures: PathMeasures): readonly ShownPath[] =>
  measures.map(({ norm, eps, ...path }) => ({
    ...path,
    suffix: `-${norm}`,
    threat: `${norm} ${eps}`,
    neurons: 'its neurons that count (of hidden layers the larger half)',
  }));

/**
 * The paths in numbers.
 *
 * @param measures - What a run measured.
 * @returns The tables.
 */
export const pathsTables = (measures: PathMeasures): readonly Table[] =>
  pathTables(shownPaths(measures), "w and the control's nearest w'");
