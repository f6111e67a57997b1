// The program of the threads that attack, so that the main thread can answer signals at any moment.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { sendable } from '@advml/runs/disk';
import { useWasm } from '@advml/wasm';
import { attackBench } from '../attack-bench.ts';
import { benchOf } from '../bench.ts';
import { SMOOTHING } from '../certifiers.ts';
import { beforeBackend } from '../model/read-model.ts';
import { smoothBench } from '../smooth-bench.ts';
import { workOf } from '../work-of.ts';
import { askingFor } from './asking.ts';
import type { Said, Start } from './messages.ts';

const port = parentPort as MessagePort; // this is a thread
const say = (said: Said) => port.postMessage(said);

async function attack({ request, done }: Start): Promise<void> {
  const { source } = request;
  if (source.from === 'files') await beforeBackend(source.model);
  const { backend } = await useWasm();
  const onNote = (note: string) => say({ type: 'note', note });
  const bench = await benchOf(request, onNote);
  say({ type: 'ready', of: workOf(bench, request), later: bench.output.later });
  const parts = {
    done,
    onNote,
    onPart: () => {}, // who hands out the examples keeps what they came to
    onProgress: (steps: number, total: number) => say({ type: 'progress', done: steps, total }),
    share: askingFor(port),
  };
  const { certify } = request;
  const found = await (certify?.certifier === SMOOTHING && certify.smoothing
    ? smoothBench(bench, request, certify.smoothing, parts)
    : attackBench(bench, request, parts));
  say({ type: 'found', found, backend });
}

attack(workerData as Start).catch((error) => say({ type: 'failed', error: sendable(error) }));
