// The program of a worker thread of `stageWorkers`: makes the stages it is asked for, one at a time, in the folder of a run.
import { parentPort, workerData } from 'node:worker_threads';
import { InputError } from '@advml/core';
import { type UseWasmOptions, useWasm } from '@advml/wasm';
import { experimentIn } from '../../experiment-module.ts';
import { loadModule } from '../../load-module.ts';
import { openRun, stagesOf } from '../../opened-run.ts';
import type { Stage } from '../../stages/stages.ts';
import { diskStore } from '../../store/disk-store.ts';
import { remembering } from '../../store/remembering.ts';
import { sameModule } from '../../store/run-module.ts';
import { readRunRecord } from '../../store/run-record.ts';
import { type Reply, type Request, sendable } from './messages.ts';

/** Runs whose stages, with the data model behind them, are kept at hand: a seed and the next one. */
const AT_HAND = 2;

/** What a thread is given when it starts. */
export interface ThreadData {
  /** Settings of `useWasm`. */
  readonly wasm: Pick<UseWasmOptions, 'relaxed'>;
  /** URL of the module that exports the experiments. */
  readonly module: string;
}

const { wasm, module } = workerData as ThreadData;

const runs = new Map<string, readonly Stage[]>();

async function stagesIn(folder: string): Promise<readonly Stage[]> {
  const record = await readRunRecord(diskStore(folder));
  if (!record) throw new InputError(`worker threads need a run on disk, and there is none in ${folder}; use diskStore`);
  const run = JSON.stringify([record.experiment, record.setting, record.seeds]); // another may have been started in the same folder
  const known = runs.get(run);
  if (known) return known;
  const { module: began } = record;
  const { exported } = await loadModule('experiment', module, ({ digest }) => {
    if (began) sameModule(folder, began, { path: began.path, digest }, false); // it may have been edited since the run has loaded it
  });
  const stages = stagesOf(await openRun(diskStore(folder), (name) => experimentIn(exported, module, name)));
  const [oldest] = runs.keys();
  if (runs.size === AT_HAND) runs.delete(oldest);
  runs.set(run, stages);
  return stages;
}

const reply = (message: Reply) => parentPort?.postMessage(message);

async function make(folder: string, name: string, signal: AbortSignal): Promise<void> {
  await useWasm(wasm);
  const stage = (await stagesIn(folder)).find((candidate) => candidate.name === name);
  if (!stage) throw new InputError(`the run in ${folder} has no stage '${name}'`);
  await stage.make({
    store: remembering(diskStore(folder)),
    onEvent: (event) => reply({ type: 'event', event }),
    signal,
  });
}

let stopping = new AbortController();
parentPort?.on('message', (request: Request) => {
  if (request.type === 'stop') return stopping.abort();
  stopping = new AbortController();
  make(request.folder, request.stage, stopping.signal).then(
    () => reply({ type: 'ended' }),
    (error) => reply({ type: 'ended', error: sendable(error) }),
  );
});
