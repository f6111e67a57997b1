import type { EvaluationPart } from '@advml/metrics';
import type { SentError } from '@advml/runs/disk';
import type { Attacked } from './attack-bench.ts';
import type { AttackRequest } from './request.ts';

/** What a thread that attacks is started with. */
export interface Start {
  readonly request: AttackRequest;
  readonly done: readonly EvaluationPart[];
}

/** What it says, the last two at its end. */
export type Said =
  | { readonly type: 'note'; readonly note: string }
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'part'; readonly part: EvaluationPart }
  | { readonly type: 'found'; readonly found: Attacked; readonly backend: string }
  | { readonly type: 'failed'; readonly error: SentError };
