import type { ZodType } from 'zod';
import type { Claim } from '../claim.ts';
import type { Overrides } from './settings.ts';
import type { StageContext } from './stages.ts';
import type { RunStore } from './store.ts';

/** An SVG picture of a run. */
export interface Figure {
  /** File name without ending, such as `robustness`. */
  readonly name: string;
  /** The picture, with its title and its explanation in it. */
  readonly svg: string;
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
  /**
   * Runs one seed, or goes on where an earlier attempt stopped.
   *
   * @param context - The run's files, listener and signal.
   * @param setting - A complete setting.
   * @param seed - The seed.
   * @returns The claims, judged.
   */
  run(context: StageContext, setting: Setting, seed: number): Promise<readonly Claim[]>;
  /**
   * The pictures of one finished seed.
   *
   * @param store - The run's files.
   * @param setting - Its setting.
   * @param seed - Its seed.
   * @returns The figures, in the order of the report.
   */
  figures(store: RunStore, setting: Setting, seed: number): Promise<readonly Figure[]>;
}
