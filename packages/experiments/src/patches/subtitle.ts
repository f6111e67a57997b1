import type { SeedRun } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';

/**
 * What stands under the title of every figure on patches.
 *
 * @param setting - A complete setting.
 * @param seeds - Finished seeds.
 * @returns Features, threat and seeds.
 */
export function subtitleOf({ data, eps }: MainSetting, seeds: readonly Pick<SeedRun, 'seed'>[]): string {
  const of = (patches: number, size: number) => `${patches} of ${data.patches} patches, size ${size}`;
  const features = `robust features in ${of(data.robustPatches, data.robustSize)}, others in ${of(data.nonRobustPatches, data.nonRobustSize)}`;
  return `${features}, eps ${eps} (l2), ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.map(({ seed }) => seed).join(', ')}`;
}
