import { availableParallelism } from 'node:os';
import { AbortedError } from '@advml/core';
import type { Claim, OnRunEvent, RunOptions, RunStore } from '@advml/runs';
import { type StageWorkers, stageWorkers } from '@advml/runs/disk';
import { resumeCommand } from '@advml/runs/internal';
import { useWasm } from '@advml/wasm';
import { readInteger } from './command.ts';
import { environment } from './environment.ts';
import type { FoundExperiment } from './experiment.ts';
import { interruptible } from './interrupt.ts';
import { claimsTable } from './terminal/claims-table.ts';
import { machineListener, personListener } from './terminal/listener.ts';
import type { Terminal } from './terminal/terminal.ts';

/** How a run is shown and judged. */
export interface WorkOptions {
  /** Events as lines of JSON instead of words. */
  readonly json?: boolean;
  /** Exit code 1 where a claim does not hold. */
  readonly strict?: boolean;
  /** Number of worker threads, as the command line has it. Default: two, or one on a single processor. */
  readonly workers?: string;
}

/** Starts or resumes a run. */
export type Work = (options: RunOptions) => Promise<readonly Claim[]>;

/** Threads that one run can keep busy most of the time. */
const USEFUL = 2;

/** Where stages are made; nothing where one worker is to do, which is this thread. */
function runnerOf(
  module: string,
  workers = String(Math.min(USEFUL, availableParallelism())),
): StageWorkers | undefined {
  const count = readInteger('workers', workers, 1);
  return count > 1 ? stageWorkers({ workers: count, module }) : undefined;
}

/**
 * Sets up the backend, does a run's work so that it can be interrupted, and shows what came out.
 *
 * @param terminal - Where to write.
 * @param store - The run's files.
 * @param found - The module with its experiment, for worker threads and for whoever goes on.
 * @param options - How it is shown.
 * @param work - Starts or resumes the run.
 * @returns The exit code.
 * @throws InputError if the number of workers is none; what the work threw.
 */
export async function showWork(
  terminal: Terminal,
  store: RunStore,
  { url, module }: Pick<FoundExperiment, 'url' | 'module'>,
  { json = false, strict = false, workers }: WorkOptions,
  work: Work,
): Promise<number> {
  const runner = runnerOf(url, workers);
  terminal.status('setting up the backend and checking the setting');
  const { backend } = await useWasm();
  const listen = json ? machineListener(terminal) : personListener(terminal);
  let caveat: string | undefined;
  const onEvent: OnRunEvent = (event) => {
    if (event.type === 'plan') caveat = event.caveat;
    listen(event);
  };
  try {
    const claims = await interruptible(terminal, (signal) =>
      work({ onEvent, signal, runner, environment: environment(backend) }),
    );
    if (json) terminal.out(`${JSON.stringify({ type: 'finished', location: store.location, claims })}\n`);
    else terminal.out(`\n${claimsTable(claims, terminal, caveat)}\nreport: ${store.location}/report.html\n`);
    return strict && claims.some(({ holds }) => !holds) ? 1 : 0;
  } catch (error) {
    if (error instanceof AbortedError) terminal.note(`stopped; go on with: ${resumeCommand(store.location, module)}`);
    throw error;
  } finally {
    await runner?.close();
  }
}
