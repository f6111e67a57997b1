import type { Figure, SeedMeasures } from '@advml/runs';
import { pathFigures } from '../../shared/path/figures.ts';
import { layerName } from '../layer-name.ts';
import type { MainSetting } from '../main-setting.ts';
import { subtitleOf } from '../subtitle.ts';
import type { PathMeasures } from './measures.ts';
import { shownPaths } from './tables.ts';

/**
 * The way from w to w', a panel for each norm.
 *
 * @param seeds - One finished seed.
 * @param setting - A complete setting.
 * @returns One figure.
 */
export function pathsFigures(
  [{ seed, measures }]: readonly SeedMeasures<PathMeasures>[],
  setting: MainSetting,
): readonly Figure[] {
  const nearest = "at the foot: w and the control's nearest w'";
  return pathFigures(shownPaths(measures), { subtitle: subtitleOf(setting, seed), layer: layerName, nearest });
}
