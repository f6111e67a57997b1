import type { OnProgress } from '@advml/core';
import type { OnRunEvent } from '../events.ts';
import type { RunStore } from '../store/store.ts';

/** What every stage of a run is given. */
export interface StageContext {
  /** The run's files. */
  readonly store: RunStore;
  /** Told what happens. */
  readonly onEvent: OnRunEvent;
  /** Stops the run, which can then be resumed. */
  readonly signal?: AbortSignal;
}

/** A part of a run: it makes one file from the setting, the seed and the files of the stages it needs. */
export interface Stage {
  /** What events call it. */
  readonly name: string;
  /** Names of the stages whose files it reads; they come before it in a list of stages. */
  readonly needs: readonly string[];
  /** The phase of training whose log it keeps beside its file, if it does; no two of a run are made at a time. */
  readonly log?: string;
  /** What the weights that it keeps are called. Default: it keeps none. */
  readonly weights?: readonly string[];
  /**
   * Whether an earlier attempt made its file.
   *
   * @param store - The run's files.
   * @returns True if the file is there and whole.
   * @throws InputError if the file cannot be used, with the way out.
   */
  isKept(store: RunStore): Promise<boolean>;
  /**
   * Makes its file, when those it needs are there.
   *
   * @param context - The run.
   */
  make(context: StageContext): Promise<void>;
}

/**
 * Stages in an order in which they can be made.
 *
 * @param stages - The stages, the most urgent first.
 * @returns The same, each after those it needs, else as they were.
 * @throws Error if stages need each other.
 */
export function afterTheirNeeds(stages: readonly Stage[]): readonly Stage[] {
  const left = [...stages];
  const ordered: Stage[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ needs }) => !left.some(({ name }) => needs.includes(name)));
    if (next < 0) throw new Error(`the stages ${left.map(({ name }) => name).join(', ')} need each other`);
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}

/**
 * The stages that some results take.
 *
 * @param stages - All stages, each after those it needs.
 * @param wanted - Names of the stages whose results are wanted.
 * @returns Those stages and all that they need, directly or not, in the same order.
 */
export function neededStages(stages: readonly Stage[], wanted: readonly string[]): readonly Stage[] {
  const needed = new Set(wanted);
  for (const { name, needs } of [...stages].reverse()) if (needed.has(name)) for (const need of needs) needed.add(need);
  return stages.filter(({ name }) => needed.has(name));
}

/**
 * Reports a stage's progress as events.
 *
 * @param context - The run.
 * @param stage - The stage's name.
 * @returns A function that takes units done and their total.
 */
export function progressOf({ onEvent }: StageContext, stage: string): OnProgress {
  return (done, total) => onEvent({ type: 'progress', stage, done, total });
}
