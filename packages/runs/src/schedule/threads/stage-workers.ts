import { Worker } from 'node:worker_threads';
import { InputError } from '@advml/core';
import { described, requireInteger, requireOptions } from '@advml/core/internal';
import type { UseWasmOptions } from '@advml/wasm';
import { blamed, ExperimentError } from '../../experiment-error.ts';
import type { Stage, StageContext } from '../../stages/stages.ts';
import type { StageRunner } from '../stage-runner.ts';
import { type Ended, type Reply, type Request, received } from './messages.ts';
import type { ThreadData } from './stage-worker.ts';

/** Settings of {@link stageWorkers}. */
export interface StageWorkersOptions {
  /** Number of threads, at least 1. */
  readonly workers: number;
  /**
   * URL of a module whose default export is the experiment, or a list of them: each thread loads it for itself. Such as
   * `catalogue` of `@advml/experiments/catalogue`, or `new URL('./my-experiment.mjs', import.meta.url)`.
   */
  readonly module: URL | string;
  /** What `useWasm` is told in every thread; the same as in this one, so that the bits are the same. */
  readonly wasm?: Pick<UseWasmOptions, 'relaxed'>;
}

/** Worker threads that make stages. */
export interface StageWorkers extends StageRunner {
  /** Ends the threads; what is made after that starts new ones. */
  close(): Promise<void>;
}

/**
 * Worker threads of Node that make the stages of runs on disk, several at a time, each on its own backend. The folder of a run is
 * all they share. The results are the same bits for any number of workers.
 *
 * @param options - See {@link StageWorkersOptions}.
 * @returns A runner for `startRun` and `resumeRun`, whose store must be a `diskStore`.
 * @throws InputError if the number of workers is not an integer >= 1. When stages are made: what a stage threw, with the stack of
 * its thread; Error if a thread ends by itself.
 * @example
 * ```ts
 * const runner = stageWorkers({ workers: 2, module: new URL('./my-experiment.mjs', import.meta.url) });
 * const claims = await startRun(diskStore('runs/mine'), experiment, {}, { runner });
 * await runner.close();
 * ```
 */
export function stageWorkers(options: StageWorkersOptions): StageWorkers {
  requireOptions<StageWorkersOptions>('stageWorkers', options, { workers: true, module: true, wasm: true });
  const { workers, wasm = {} } = options;
  requireInteger({ workers }, 1);
  const workerData: ThreadData = { wasm, module: moduleUrl(options.module) };
  const threads = new Set<Worker>();
  const idle = new Set<Worker>();
  const spawn = () => {
    const thread = new Worker(program, { workerData });
    const gone = () => {
      threads.delete(thread);
      idle.delete(thread);
    };
    threads.add(thread.on('error', gone).on('exit', gone)); // also while it waits, and its code throws late or ends it
    return thread;
  };
  return {
    lanes: workers,
    make: async (stage, context) => {
      const [thread = spawn()] = idle;
      idle.delete(thread);
      thread.ref();
      const { error } = await ending(thread, stage, context).catch(async (lost) => {
        await thread.terminate();
        throw lost;
      });
      thread.unref(); // idle, it keeps no program from ending
      idle.add(thread);
      if (error) throw received(error);
    },
    close: async () => {
      const ended = Array.from(threads, (thread) => thread.terminate());
      threads.clear();
      idle.clear();
      await Promise.all(ended);
    },
  };
}

/** A module's URL as text; anything else is refused, since a path would mean another file in every thread. */
function moduleUrl(module: URL | string): string {
  if (URL.canParse(String(module))) return String(module);
  throw new InputError(
    `module must be a URL, such as new URL('./my-experiment.mjs', import.meta.url), got ${described(module)}`,
  );
}

/** The program of the threads, beside this file: TypeScript where this is. */
const program = new URL(import.meta.url.replace(/stage-workers\.(ts|js)$/, 'stage-worker.$1'));

/** Has a thread make a stage; tells how it ended, and throws if the thread is lost. */
function ending(thread: Worker, { name }: Stage, { store, onEvent, signal }: StageContext): Promise<Ended> {
  const stop = () => thread.postMessage({ type: 'stop' } satisfies Request);
  let leave = () => {};
  const work = new Promise<Ended>((resolve, reject) => {
    const listeners = {
      message: (reply: Reply) => {
        if (reply.type === 'ended') return resolve(reply);
        try {
          onEvent(reply.event);
        } catch (error) {
          reject(error);
        }
      },
      error: (error: unknown) => reject(blamed(`the stage '${name}'`, error)),
      exit: (code: number) =>
        reject(new ExperimentError(`the worker thread of the stage '${name}' ended with code ${code}`)),
    };
    for (const [event, listener] of Object.entries(listeners)) thread.on(event, listener);
    leave = () => {
      for (const [event, listener] of Object.entries(listeners)) thread.off(event, listener);
    };
    signal?.addEventListener('abort', stop);
    thread.postMessage({ type: 'make', folder: store.location, stage: name } satisfies Request);
    if (signal?.aborted) stop();
  });
  return work.finally(() => {
    signal?.removeEventListener('abort', stop);
    leave();
  });
}
