import { AbortedError } from '@advml/core';
import type { Claim, RunOptions, RunStore } from '@advml/experiments';
import { useWasm } from '@advml/wasm';
import { environment } from './environment.ts';
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
}

/**
 * Sets up the backend, does a run's work so that it can be interrupted, and shows what came out.
 *
 * @param terminal - Where to write.
 * @param store - The run's files.
 * @param options - How it is shown.
 * @param work - Starts or resumes the run.
 * @returns The exit code.
 */
export async function showWork(
  terminal: Terminal,
  store: RunStore,
  { json = false, strict = false }: WorkOptions,
  work: (options: RunOptions) => Promise<readonly Claim[]>,
): Promise<number> {
  const { backend } = await useWasm();
  const onEvent = json ? machineListener(terminal) : personListener(terminal);
  try {
    const claims = await interruptible(terminal, (signal) =>
      work({ onEvent, signal, environment: environment(backend) }),
    );
    if (json) terminal.out(`${JSON.stringify({ type: 'finished', location: store.location, claims })}\n`);
    else terminal.out(`\n${claimsTable(claims, terminal)}\nreport: ${store.location}/report.html\n`);
    return strict && claims.some(({ holds }) => !holds) ? 1 : 0;
  } catch (error) {
    if (error instanceof AbortedError) terminal.note(`stopped; go on with: advml resume ${store.location}`);
    throw error;
  }
}
