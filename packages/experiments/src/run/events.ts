import type { Claim } from '../claim.ts';

/** One line of `metrics.jsonl`: what training looked like at a step. */
export interface MetricRecord {
  /** Part of the run: `clean` or `adversarial`. */
  readonly phase: string;
  /** Steps finished in that phase. */
  readonly step: number;
  /** Named numbers, such as `loss` and `accuracy`. */
  readonly [name: string]: string | number;
}

/** Something a run tells while it works. */
export type RunEvent =
  | { readonly type: 'stage'; readonly stage: string; readonly state: 'started' | 'finished' | 'reused' }
  | { readonly type: 'progress'; readonly stage: string; readonly done: number; readonly total: number }
  | { readonly type: 'metric'; readonly record: MetricRecord }
  | { readonly type: 'claim'; readonly claim: Claim }
  | { readonly type: 'note'; readonly message: string };

/** Told what a run does, as it happens. */
export type OnRunEvent = (event: RunEvent) => void;
