import type { Claim } from './claim.ts';

/** One line of `metrics.jsonl`: what training looked like at a step. */
export interface MetricRecord {
  /** Part of the run: `clean` or `adversarial`. */
  readonly phase: string;
  /** Steps finished in that phase. */
  readonly step: number;
  /** Named numbers, such as `loss` and `accuracy`. */
  readonly [name: string]: string | number;
}

/** What a run is about to do, before anything else is told. */
export interface PlanEvent {
  /** Kind of event. */
  readonly type: 'plan';
  /** Name of the experiment. */
  readonly experiment: string;
  /** Name of the preset. */
  readonly preset: string;
  /** Its seeds. */
  readonly seeds: readonly number[];
  /** Where it is kept. */
  readonly location: string;
  /** Number of stages of all seeds, those included that an earlier attempt made. */
  readonly stages: number;
  /** What must be known to read its claims, if there is something. */
  readonly caveat?: string;
}

/** A stage begins or ends, or was made by an earlier attempt. */
export interface StageEvent {
  /** Kind of event. */
  readonly type: 'stage';
  /** Name of the stage. */
  readonly stage: string;
  /** What happens to it. */
  readonly state: 'started' | 'finished' | 'reused';
}

/** How far a stage has come. */
export interface ProgressEvent {
  /** Kind of event. */
  readonly type: 'progress';
  /** Name of the stage. */
  readonly stage: string;
  /** Units done. */
  readonly done: number;
  /** Units of the whole stage. */
  readonly total: number;
}

/** A record was added to `metrics.jsonl`. */
export interface MetricEvent {
  /** Kind of event. */
  readonly type: 'metric';
  /** The record. */
  readonly record: MetricRecord;
}

/** A claim was judged. */
export interface ClaimEvent {
  /** Kind of event. */
  readonly type: 'claim';
  /** The claim. */
  readonly claim: Claim;
}

/** Something a person should know. */
export interface NoteEvent {
  /** Kind of event. */
  readonly type: 'note';
  /** A sentence. */
  readonly message: string;
}

/** Where an event belongs. */
export interface EventPlace {
  /** The seed, in a run of several. */
  readonly seed?: number;
}

/** Something a run tells while it works. */
export type RunEvent = (PlanEvent | StageEvent | ProgressEvent | MetricEvent | ClaimEvent | NoteEvent) & EventPlace;

/** Told what a run does, as it happens. */
export type OnRunEvent = (event: RunEvent) => void;
