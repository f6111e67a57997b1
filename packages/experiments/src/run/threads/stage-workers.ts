import { Worker } from 'node:worker_threads';
import { requireInteger, requireOptions } from '@advml/core';
import type { UseWasmOptions } from '@advml/wasm';
import type { StageRunner } from '../stage-runner.ts';
import type { Stage, StageContext } from '../stages.ts';
import { type Ended, type Reply, type Request, received } from './messages.ts';

/** Settings of {@link stageWorkers}. */
export interface StageWorkersOptions {
  /** Number of threads, at least 1. */
  readonly workers: number;
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
 * const runner = stageWorkers({ workers: 2 });
 * const claims = await startRun(diskStore('runs/mine'), { preset: 'smoke' }, { runner });
 * await runner.close();
 * ```
 */
export function stageWorkers(options: StageWorkersOptions): StageWorkers {
  requireOptions<StageWorkersOptions>('stageWorkers', options, { workers: true, wasm: true });
  const { workers, wasm = {} } = options;
  requireInteger({ workers }, 1);
  const threads = new Set<Worker>();
  const idle: Worker[] = [];
  const spawn = () => {
    const thread = new Worker(program, { workerData: wasm });
    threads.add(thread);
    return thread;
  };
  return {
    lanes: workers,
    make: async (stage, context) => {
      const thread = idle.pop() ?? spawn();
      thread.ref();
      const { error } = await ending(thread, stage, context).catch(async (lost) => {
        threads.delete(thread);
        await thread.terminate();
        throw lost;
      });
      thread.unref(); // idle, it keeps no program from ending
      idle.push(thread);
      if (error) throw received(error);
    },
    close: async () => {
      const ended = Array.from(threads, (thread) => thread.terminate());
      threads.clear();
      idle.length = 0;
      await Promise.all(ended);
    },
  };
}

/** The program of the threads, beside this file: TypeScript where this is. */
const program = new URL(import.meta.url.replace(/stage-workers\.(ts|js)$/, 'stage-worker.$1'));

/** Has a thread make a stage; tells how it ended, and throws if the thread is lost. */
function ending(thread: Worker, { name }: Stage, { store, onEvent, signal }: StageContext): Promise<Ended> {
  const stop = () => thread.postMessage({ type: 'stop' } satisfies Request);
  const work = new Promise<Ended>((resolve, reject) => {
    thread.on('message', (reply: Reply) => {
      if (reply.type === 'ended') return resolve(reply);
      try {
        onEvent(reply.event);
      } catch (error) {
        reject(error);
      }
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`the worker thread of the stage '${name}' ended with code ${code}`)));
    signal?.addEventListener('abort', stop);
    thread.postMessage({ type: 'make', folder: store.location, stage: name } satisfies Request);
  });
  return work.finally(() => {
    signal?.removeEventListener('abort', stop);
    for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event);
  });
}
