import type { Figure, Part, SeedMeasures } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';
import type { ImagesWorld } from './world.ts';

/** A part of an experiment on images, which knows the main settings and its own; images are read when the first stage needs them. */
export interface ImagesPart<Measures, Setting extends MainSetting = MainSetting>
  extends Part<Promise<ImagesWorld<Setting>>, Setting, Measures> {
  /**
   * How many test images it looks at, by the settings that say so. Default: none that need a check.
   *
   * @param setting - A complete setting.
   * @returns Numbers by dotted keys.
   */
  testImages?(setting: Setting): Readonly<Record<string, number>>;
  /**
   * Refuses networks and images that it can say nothing of, before the first stage. Default: none.
   *
   * @param world - The run.
   * @throws InputError that names the layer, or the setting.
   */
  check?(world: ImagesWorld<Setting>): void;
}

/**
 * Pictures of single seeds; the report of several has their tables, and links to them.
 *
 * @param draw - Draws the pictures of one seed.
 * @returns What a part draws.
 */
export const ofOneSeed =
  <Measures, Setting extends MainSetting>(
    draw: (
      seeds: readonly SeedMeasures<Measures>[],
      setting: Setting,
    ) => readonly Figure[] | Promise<readonly Figure[]>,
  ): ImagesPart<Measures, Setting>['figures'] =>
  async (seeds, setting) =>
    seeds.length === 1 ? draw(seeds, setting) : [];
