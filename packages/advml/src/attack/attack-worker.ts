// The program of the thread that attacks, so that the main thread can answer signals at any moment.
import { parentPort, workerData } from 'node:worker_threads';
import { sendable } from '@advml/runs/disk';
import { useWasm } from '@advml/wasm';
import { attackBench } from './attack-bench.ts';
import { benchOf } from './bench.ts';
import type { Said, Start } from './messages.ts';

const say = (said: Said) => parentPort?.postMessage(said);

async function attack({ request, done }: Start): Promise<void> {
  const { backend } = await useWasm();
  const onNote = (note: string) => say({ type: 'note', note });
  const found = await attackBench(await benchOf(request, onNote), request, {
    done,
    onNote,
    onPart: (part) => say({ type: 'part', part }),
    onProgress: (steps, total) => say({ type: 'progress', done: steps, total }),
  });
  say({ type: 'found', found, backend });
}

attack(workerData as Start).catch((error) => say({ type: 'failed', error: sendable(error) }));
