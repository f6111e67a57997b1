import type { MainSetting } from './main-setting.ts';

/**
 * What stands under the title of every figure.
 *
 * @param setting - A complete setting.
 * @param seed - The seed.
 * @returns Image set, threats and seed.
 */
export function subtitleOf({ data, threats }: MainSetting, seed: number): string {
  return `${data.set}, ${threats.map(({ norm, eps }) => `${norm} eps ${eps}`).join(', ')}, seed ${seed}`;
}
