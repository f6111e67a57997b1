import type { RenderOptions } from '@advml/plots';
import type { ZodType } from 'zod';
import type { Claim } from './claim.ts';
import type { Overrides } from './settings/settings.ts';
import type { Stage } from './stages/stages.ts';
import type { RunStore } from './store/store.ts';
import type { Subject } from './subject/subject.ts';
import type { Table } from './table.ts';

/** A picture of a run. */
export interface Figure {
  /** File name without ending, such as `robustness`. */
  readonly name: string;
  /**
   * Draws the picture, with its title and its explanation in it.
   *
   * @param options - Where and how large. Default: as large as the figure wants to be.
   * @returns SVG text.
   */
  draw(options?: RenderOptions): string;
}

/** A finished seed of a run. */
export interface SeedRun {
  /** The seed. */
  readonly seed: number;
  /** Its files. */
  readonly store: RunStore;
}

/** An experiment: a described pipeline that runs from a setting and a seed. */
export interface Experiment<Setting = unknown> {
  /** How the command calls it. */
  readonly name: string;
  /** What it is, in a line. */
  readonly title: string;
  /** What it does and finds, for the head of the report: paragraphs of plain text. */
  readonly introduction: readonly string[];
  /** Its settings with their defaults. */
  readonly schema: ZodType<Setting>;
  /** Named changes to the defaults; the first is the default preset. */
  readonly presets: Readonly<Record<string, Overrides>>;
  /** What must be known to read the claims of a preset, by its name: that it is too small for verdicts. */
  readonly caveats: Readonly<Record<string, string>>;
  /** Keys of the setting that change what is measured, time or memory, and no result; dotted. */
  readonly withoutEffect: readonly string[];
  /**
   * Refuses a setting that cannot work, before anything is made.
   *
   * @param setting - A complete setting.
   * @param seed - A seed of the run.
   * @throws InputError that names what is wrong.
   */
  check(setting: Setting, seed: number): Promise<void>;
  /**
   * The parts of one seed's work.
   *
   * @param setting - A complete setting.
   * @param seed - The seed.
   * @returns The stages, each after those it needs, the most urgent first; the same list in every thread.
   */
  stages(setting: Setting, seed: number): readonly Stage[];
  /**
   * One of the networks that it trains, and what that is judged by, for `advml attack RUN_FOLDER`; without it, none can be attacked so.
   *
   * @param setting - A complete setting.
   * @param seed - The seed.
   * @param of - `clean`, or `robust`: the one after adversarial training; some experiments have more.
   * @param store - The run's files; none where the examples alone are wanted, without a run.
   * @returns The network, its examples and its threats.
   * @throws InputError if there is no such network.
   */
  subject?(setting: Setting, seed: number, of: string, store?: RunStore): Promise<Subject>;
  /**
   * Judges one seed, when all its stages are made.
   *
   * @param store - The run's files.
   * @param setting - Its setting.
   * @returns The claims.
   */
  claims(store: RunStore, setting: Setting): Promise<readonly Claim[]>;
  /**
   * The tables of a finished run.
   *
   * @param seeds - Its seeds, at least one; with several, numbers are means over them.
   * @param setting - Its setting.
   * @returns The tables, in the order of the report.
   */
  tables(seeds: readonly SeedRun[], setting: Setting): Promise<readonly Table[]>;
  /**
   * The pictures of a finished run.
   *
   * @param seeds - Its seeds, at least one.
   * @param setting - Its setting.
   * @returns The figures, in the order of the report.
   */
  figures(seeds: readonly SeedRun[], setting: Setting): Promise<readonly Figure[]>;
}
