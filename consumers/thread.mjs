// The attack in a worker thread of Node.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { attack } from './attack.mjs';

if (isMainThread) new Worker(new URL(import.meta.url)).on('message', (found) => console.log(found));
else parentPort.postMessage(await attack());
