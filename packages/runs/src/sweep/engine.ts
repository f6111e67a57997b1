import type { OnRunEvent } from '../events.ts';

/** A run to be carried out: all else is found in the folder of the sweep, so that nothing is lost with whatever carries the job. */
export interface SweepJob {
  /** Folder of the sweep. */
  readonly folder: string;
  /** Identity of the run, as `sweep.json` has it. */
  readonly id: string;
  /** Where in that folder it is made. Default: the folder of its name. */
  readonly place?: string;
}

/** Who listens to a run of a sweep, and what stops it. */
export interface SweepContext {
  /** Told what the run does. */
  readonly onEvent: OnRunEvent;
  /** Told when the run begins; again where whatever carried it out was lost. */
  readonly onStart?: () => void;
  /** Stops the run between two steps; it can be gone on with. */
  readonly signal?: AbortSignal;
}

/** Carries out the runs of a sweep. It decides where and how long they take, never what comes out. */
export interface SweepEngine {
  /** How many runs it may be given at a time. */
  readonly lanes: number;
  /**
   * Makes ready for the runs of a sweep, whose record is in its folder; again where there are more.
   *
   * @param folder - The folder.
   */
  begin?(folder: string): Promise<void>;
  /**
   * Carries out a run, or goes on with it; afterwards the folder where it is made says that it is finished.
   *
   * @param job - Which.
   * @param context - Who listens.
   * @throws AbortedError if it was stopped; what the run threw; Error if whatever ran it was lost.
   */
  perform(job: SweepJob, context: SweepContext): Promise<void>;
}
