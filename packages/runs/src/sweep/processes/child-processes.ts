import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { requireInteger, requireOptions } from '@advml/core/internal';
import type { UseWasmOptions } from '@advml/wasm';
import type { OnRunEvent } from '../../events.ts';
import { type Ended, type Reply, received } from '../../schedule/threads/messages.ts';
import type { SweepContext, SweepEngine } from '../engine.ts';
import type { SweptExperiment } from '../plan.ts';
import type { ChildRequest } from './messages.ts';

/** Settings of {@link childProcesses}. */
export interface ChildProcessesOptions {
  /** Number of processes, at least 1. */
  readonly workers: number;
  /** The experiments of the sweep: each process loads their modules for itself. */
  readonly experiments: readonly SweptExperiment[];
  /** Versions and machine for `run.json`; `advml` is the version of the program. */
  readonly environment: Readonly<Record<string, string>>;
  /** What `useWasm` is told in every process. */
  readonly wasm?: Pick<UseWasmOptions, 'relaxed'>;
}

/** Child processes that carry out runs. */
export interface ChildProcesses extends SweepEngine {
  /** Ends the processes; runs after that start new ones. */
  close(): Promise<void>;
}

/** Letters of what a process wrote last that are told if it is lost. */
const TAIL = 2000;

/**
 * Child processes of this machine that carry out the runs of a sweep, one run a process at a time and one after the other, since a
 * process takes seconds to begin. A process that dies takes its run with it and no other; the next run begins a new one.
 *
 * @param options - See {@link ChildProcessesOptions}.
 * @returns An engine for `runSweep`.
 * @throws InputError if the number of workers is not an integer >= 1.
 * @example
 * ```ts
 * const experiments = [await loadExperiment('./my-experiment.mjs')];
 * const engine = childProcesses({ workers: 2, experiments, environment: { advml: '1.0.0' } });
 * ```
 */
export function childProcesses(options: ChildProcessesOptions): ChildProcesses {
  requireOptions<ChildProcessesOptions>('childProcesses', options, {
    workers: true,
    experiments: true,
    environment: true,
    wasm: true,
  });
  const { workers, experiments, environment, wasm = {} } = options;
  requireInteger({ workers }, 1);
  const urls = Object.fromEntries(experiments.map(({ experiment, url }) => [experiment.name, url]));
  const children = new Set<ChildProcess>();
  const idle = new Set<ChildProcess>();
  const spawn = () => {
    const child = fork(program, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    children.add(
      child.once('exit', () => {
        children.delete(child);
        idle.delete(child); // one that died while it waited is not asked again
      }),
    );
    return child;
  };
  const waiting = () => {
    const [child] = idle;
    idle.delete(child);
    return child;
  };
  return {
    lanes: workers,
    perform: async (job, context) => {
      const child = waiting() ?? spawn();
      context.onStart?.();
      const { error } = await ending(child, { type: 'run', job, urls, environment, wasm }, context).catch((lost) => {
        child.kill('SIGKILL');
        throw lost;
      });
      idle.add(child);
      if (error) throw received(error);
    },
    close: async () => {
      idle.clear();
      await Promise.all(Array.from(children, ended));
    },
  };
}

/** The program of the processes, beside this file: TypeScript where this is. */
const program = fileURLToPath(import.meta.url.replace(/child-processes\.(ts|js)$/, 'run-child.$1'));

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/** Has a process carry out a run; tells how that ended, and throws if the process is lost. */
function ending(child: ChildProcess, request: ChildRequest, { onEvent, signal }: SweepContext): Promise<Ended> {
  const stop = () => child.connected && child.send({ type: 'stop' } satisfies ChildRequest);
  let tail = '';
  const streams = [child.stdout, child.stderr];
  const work = new Promise<Ended>((resolve, reject) => {
    const tell: OnRunEvent = (event) => {
      try {
        onEvent(event);
      } catch (error) {
        reject(error);
      }
    };
    /** What the code of an experiment prints. */
    const printed = (text: string) => {
      tail = (tail + text).slice(-TAIL);
      for (const message of text.split('\n')) if (message.trim()) tell({ type: 'note', message });
    };
    child.on('message', (reply: Reply) => (reply.type === 'ended' ? resolve(reply) : tell(reply.event)));
    child.on('error', reject);
    child.on('close', (code, by) => {
      const how = by === null ? `with code ${code}` : `by ${by}`;
      reject(new Error(`the process of the run ended ${how}${tail && `; the last that it wrote:\n${tail}`}`));
    });
    for (const stream of streams) stream?.setEncoding('utf8').on('data', printed);
    signal?.addEventListener('abort', stop);
    child.send(request);
    if (signal?.aborted) stop();
  });
  return work.finally(() => {
    signal?.removeEventListener('abort', stop);
    for (const event of ['message', 'error', 'close']) child.removeAllListeners(event);
    for (const stream of streams) stream?.removeAllListeners('data');
  });
}
