import type { UseWasmOptions } from '@advml/wasm';
import type { SweepJob } from '../engine.ts';

/** A run that a child process is asked for, with what only its parent knows. */
export interface RunRequestOfChild {
  /** Tells it from other requests. */
  readonly type: 'run';
  /** Which run. */
  readonly job: SweepJob;
  /** URL of the module that exports its experiment, by the name of the experiment. */
  readonly urls: Readonly<Record<string, string>>;
  /** Versions and machine for `run.json`; the child adds its backend. */
  readonly environment: Readonly<Record<string, string>>;
  /** Settings of `useWasm`. */
  readonly wasm: Pick<UseWasmOptions, 'relaxed'>;
}

/** What a child process is asked: to carry out a run, or to stop the one at hand. */
export type ChildRequest = RunRequestOfChild | { readonly type: 'stop' };
