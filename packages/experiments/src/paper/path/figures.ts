import type { Figure, SeedMeasures } from '@advml/runs';
import { pathFigures } from '../../shared/path/figures.ts';
import type { MainSetting } from '../main-setting.ts';
import type { PathMeasures } from './measures.ts';
import { shownPaths } from './tables.ts';

/**
 * The way from w to w', for a run of one seed.
 *
 * @param seeds - Finished seeds.
 * @param setting - A complete setting.
 * @returns One figure, or none for several seeds.
 */
export function pathsFigures(seeds: readonly SeedMeasures<PathMeasures>[], setting: MainSetting): readonly Figure[] {
  if (seeds.length > 1) return [];
  const { data, network, tau } = setting;
  return pathFigures(shownPaths(seeds[0].measures, setting), {
    subtitle: `d ${data.dimension}, m ${network.neurons}, k ${data.active}, gamma ${data.margin}, tau ${tau} (l2), seed ${seeds[0].seed}`,
    layer: () => 'neurons, with their own w_t',
    nearest: "at the foot: w and the nearest other neuron of w'",
  });
}
