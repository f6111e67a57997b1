import type { Table } from '@advml/runs';
import { pathTables, type ShownPath } from '../../shared/path/tables.ts';
import type { MainSetting } from '../main-setting.ts';
import type { PathMeasures } from './measures.ts';

/**
 * The path as reports show it.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns One, or none for a run of an earlier version.
 */
export const shownPaths = (measures: PathMeasures, { tau }: MainSetting): readonly ShownPath[] =>
  measures.points.length > 0 ? [{ ...measures, suffix: '', threat: `tau = ${tau} (l2)`, neurons: 'its neurons' }] : [];

/**
 * The path in numbers.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns The tables.
 */
export const pathsTables = (measures: PathMeasures, setting: MainSetting): readonly Table[] =>
  pathTables(shownPaths(measures, setting), "w and the nearest other neuron of w'");
