import type { Stage, StageContext } from '../stages/stages.ts';

/** Where the stages of a run are made. It decides how long they take, never what comes out. */
export interface StageRunner {
  /** How many stages may be made at a time. */
  readonly lanes: number;
  /**
   * Makes a stage's file.
   *
   * @param stage - The stage; the files that it needs are there.
   * @param context - The run.
   */
  make(stage: Stage, context: StageContext): Promise<void>;
}

/** Makes one stage after the other, where the run itself is. */
export const inThisThread: StageRunner = { lanes: 1, make: (stage, context) => stage.make(context) };
