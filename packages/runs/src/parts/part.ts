import type { ZodType } from 'zod';
import type { Figure, SeedRun } from '../experiment.ts';
import type { Overrides } from '../settings/settings.ts';
import type { Stage } from '../stages/stages.ts';
import type { RunStore } from '../store/store.ts';
import type { Table } from '../table.ts';
import type { ClaimRule } from './claim-rule.ts';

/** A finished seed with what a part of it measured. */
export interface SeedMeasures<Measures> extends SeedRun {
  /** The measures. */
  readonly measures: Measures;
}

/** Something that settings cannot be together, though each of them could be. */
export interface SettingFault {
  /** The setting to change, such as `['network', 'neurons']`. */
  readonly path: readonly string[];
  /** What it must be, such as `neurons must be at most 65536`. */
  readonly message: string;
}

/** A part of an experiment: some claims, the measurements behind them, and how these are shown. */
export interface Part<World, Setting, Measures = unknown> {
  /** Its name, such as `overfitting`; where it has no claims, a setting asks for it by its name. */
  readonly name: string;
  /** The claims that it judges. */
  readonly claims: readonly ClaimRule<Measures, Setting>[];
  /** Settings of its own by their names, fields of zod with defaults and descriptions. Default: none. */
  readonly settings?: { readonly [Name in keyof Setting]?: ZodType<Setting[Name]> };
  /**
   * Finds what settings cannot be together, whether the part is chosen or not. Default: nothing.
   *
   * @param setting - A complete setting, each value of which is in its range.
   * @returns The faults, which are listed beside others before anything is made.
   */
  faults?(setting: Setting): readonly SettingFault[];
  /**
   * Its own stages.
   *
   * @param world - Gives what the run is about, its data and its network.
   * @param setting - A complete setting.
   * @returns The stages, the most urgent first; they may need those of other parts, which are made too where this part is chosen.
   */
  stages(world: () => World, setting: Setting): readonly Stage[];
  /** Whether its stages begin before those of other parts that they do not need, as long ones should. Default: false. */
  readonly early?: boolean;
  /**
   * How its stages will vary the setting. Default: what cannot work is refused before the first stage. They do not.
   *
   * @param setting - A complete setting.
   * @returns Changes of the setting, each of which must give one that works.
   */
  variants?(setting: Setting): readonly Overrides[];
  /**
   * What its stages have measured.
   *
   * @param store - The run's files.
   * @param setting - A complete setting.
   * @returns The measures.
   * @throws InputError if one was not made yet or its file is damaged.
   */
  measures(store: RunStore, setting: Setting): Promise<Measures>;
  /**
   * Its tables for one seed; the report of several seeds joins them cell by cell.
   *
   * @param measures - What the seed measured.
   * @param setting - A complete setting.
   * @returns The tables, with the same rows for every seed.
   */
  tables(measures: Measures, setting: Setting): readonly Table[];
  /**
   * Its pictures of one seed, or over several.
   *
   * @param seeds - Finished seeds, at least one.
   * @param setting - A complete setting.
   * @returns The figures, in the order of the report.
   */
  figures(seeds: readonly SeedMeasures<Measures>[], setting: Setting): Promise<readonly Figure[]>;
}
