import { Worker } from 'node:worker_threads';
import type { Said, Start } from './messages.ts';

/** The program of the threads, beside this file: TypeScript where this is. */
const program = new URL(import.meta.url.replace(/open-thread\.(ts|js)$/, 'attack-worker.$1'));

/** Starts a thread. `hear` is told what it says, and `reject` what goes wrong there; `onLost` that it is gone, and why. */
export function openThread(
  start: Start,
  hear: (said: Said) => void,
  onLost: (error: Error) => void,
  reject: (error: Error) => void,
): Worker {
  const thread = new Worker(program, { workerData: start });
  thread.on('error', onLost).on('exit', (code) => onLost(new Error(`the thread ended with code ${code}`)));
  return thread.on('message', (said: Said) => {
    try {
      hear(said);
    } catch (error) {
      reject(error as Error);
    }
  });
}
