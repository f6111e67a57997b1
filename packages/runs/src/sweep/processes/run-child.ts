// The program of a child process of `childProcesses`: carries out the runs that it is asked for, one at a time.
import { InputError } from '@advml/core';
import { useWasm } from '@advml/wasm';
import type { RunEvent } from '../../events.ts';
import { experimentIn } from '../../experiment-module.ts';
import { loadModule } from '../../load-module.ts';
import { type Reply, sendable } from '../../schedule/threads/messages.ts';
import { diskStore } from '../../store/disk-store.ts';
import { type Performer, performRun } from '../perform.ts';
import { readSweepRecord, type SweepRecord } from '../record.ts';
import type { ChildRequest, RunRequestOfChild } from './messages.ts';

/** Milliseconds between two words about the progress of a stage. */
const SELDOM = 200;

const records = new Map<string, SweepRecord>();

/** The sweep of a run; a file of thousands of runs is not read again for each. */
async function sweepOf({ folder, id }: RunRequestOfChild['job']): Promise<SweepRecord> {
  const has = (record?: SweepRecord) => record?.runs.some((run) => run.id === id);
  if (!has(records.get(folder))) {
    const record = await readSweepRecord(diskStore(folder));
    if (!record || !has(record)) throw new InputError(`the sweep in ${folder} has no run ${id}`);
    records.set(folder, record);
  }
  return records.get(folder) as SweepRecord;
}

async function performerOf(record: SweepRecord, request: RunRequestOfChild): Promise<Performer> {
  const { experiment: name } = record.runs.find(({ id }) => id === request.job.id) as SweepRecord['runs'][number];
  const url = request.urls[name];
  const known = record.experiments[name];
  const { exported, digest } = await loadModule('experiment', url, (found) => {
    if (known && found.digest !== known.digest)
      throw new InputError(`${known.path} has changed since the sweep was planned; start the sweep in another folder`);
  });
  const { backend } = await useWasm(request.wasm);
  return {
    experiment: experimentIn(exported, url, name),
    module: known ? { path: known.path, digest } : undefined,
    environment: { ...request.environment, backend },
  };
}

const send = (reply: Reply) => process.send?.(reply);

/** Sends what a parent shows: no numbers of training, and progress now and then. */
function sending(): (event: RunEvent) => void {
  let last = 0;
  return (event) => {
    if (event.type === 'metric') return;
    if (event.type === 'progress') {
      if (performance.now() - last < SELDOM) return;
      last = performance.now();
    }
    send({ type: 'event', event });
  };
}

async function run(request: RunRequestOfChild, signal: AbortSignal): Promise<void> {
  const record = await sweepOf(request.job);
  await performRun(request.job, record, await performerOf(record, request), { onEvent: sending(), signal });
}

let stopping = new AbortController();
process.on('message', (request: ChildRequest) => {
  if (request.type === 'stop') return stopping.abort();
  stopping = new AbortController();
  run(request, stopping.signal).then(
    () => send({ type: 'ended' }),
    (error) => send({ type: 'ended', error: sendable(error) }),
  );
});
process.on('disconnect', () => process.exit()); // the parent is gone
process.on('SIGINT', () => {}); // Ctrl-C goes to all processes of a terminal; the parent says when to stop
process.on('SIGTERM', () => stopping.abort());
