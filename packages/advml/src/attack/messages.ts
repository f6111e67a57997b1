import type { SentError } from '@advml/runs/disk';
import type { Attacked, KeptPart } from './attack-bench.ts';
import type { AttackRequest } from './request.ts';
import type { Smoothed } from './smooth-bench.ts';

/** What a thread that attacks is started with. */
export interface Start {
  readonly request: AttackRequest;
  readonly done: readonly KeptPart[];
}

/** What it says, the last two at its end. */
export type Said =
  | { readonly type: 'note'; readonly note: string }
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'part'; readonly part: KeptPart }
  | { readonly type: 'found'; readonly found: Attacked | Smoothed; readonly backend: string }
  | { readonly type: 'failed'; readonly error: SentError };
