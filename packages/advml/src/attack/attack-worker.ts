// The program of the thread that attacks, so that the main thread can answer signals at any moment.
import { parentPort, workerData } from 'node:worker_threads';
import { sendable } from '@advml/runs/disk';
import { useWasm } from '@advml/wasm';
import { attackBench, type Parts } from './attack-bench.ts';
import { benchOf } from './bench.ts';
import { SMOOTHING } from './certifiers.ts';
import type { Said, Start } from './messages.ts';
import { beforeBackend } from './model/read-model.ts';
import { smoothBench } from './smooth-bench.ts';

const say = (said: Said) => parentPort?.postMessage(said);

async function attack({ request, done }: Start): Promise<void> {
  const { source } = request;
  if (source.from === 'files') await beforeBackend(source.model);
  const { backend } = await useWasm();
  const onNote = (note: string) => say({ type: 'note', note });
  const parts: Parts = {
    done,
    onNote,
    onPart: (part) => say({ type: 'part', part }),
    onProgress: (steps, total) => say({ type: 'progress', done: steps, total }),
  };
  const bench = await benchOf(request, onNote);
  const { certify } = request;
  const found = await (certify?.certifier === SMOOTHING && certify.smoothing
    ? smoothBench(bench, request, certify.smoothing, parts)
    : attackBench(bench, request, parts));
  say({ type: 'found', found, backend });
}

attack(workerData as Start).catch((error) => say({ type: 'failed', error: sendable(error) }));
