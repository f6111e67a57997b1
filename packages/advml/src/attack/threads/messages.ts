import type { SharedJob, SharedPart } from '@advml/metrics';
import type { SentError } from '@advml/runs/disk';
import type { Attacked, KeptPart } from '../attack-bench.ts';
import type { AttackRequest } from '../request.ts';
import type { Smoothed } from '../smooth-bench.ts';
import type { Answer } from './hand-out.ts';

/** What a thread that attacks is started with. */
export interface Start {
  readonly request: AttackRequest;
  readonly done: readonly KeptPart[];
}

/** What a thread asks for: some of a job that it has come to, or more of it once that is done. Each gets an {@link Answer}. */
export type Asked =
  | ({ readonly type: 'job' } & Pick<SharedJob, 'job' | 'positions' | 'batchSize'>)
  | { readonly type: 'did'; readonly part: SharedPart };

/** What a thread says, the last two at its end. */
export type Said =
  | Asked
  | { readonly type: 'note'; readonly note: string }
  | { readonly type: 'ready'; readonly of: string; readonly later: boolean }
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'found'; readonly found: Attacked | Smoothed; readonly backend: string }
  | { readonly type: 'failed'; readonly error: SentError };
