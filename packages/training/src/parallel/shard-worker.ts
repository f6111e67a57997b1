// The program of a thread of `dataParallel`: makes its job, says so, then works out its shards of every step that is asked for.
import { type MessagePort, workerData } from 'node:worker_threads';
import { disposeParams } from '@advml/core';
import { type Json, loadJob, type ParallelJob } from './job.ts';
import { workShard } from './shard.ts';
import {
  answeredAt,
  askedAt,
  failedAt,
  GONE,
  readParams,
  type Shapes,
  STEP,
  sharedMemory,
  WORKERS,
  writeResult,
} from './shared-memory.ts';

/** What a thread is told when it starts. */
export interface ShardWorkerData {
  /** URL of the job's module. */
  readonly module: string;
  /** What its factory is given. */
  readonly setting: Json;
  /** The form of the parameters. */
  readonly shapes: Shapes;
  /** How many shards there are. */
  readonly shards: number;
  /** How many threads there are, the one that asks included. */
  readonly threads: number;
  /** Number of this thread, the one that asks being 0. */
  readonly worker: number;
  /** The shared memory. */
  readonly buffer: SharedArrayBuffer;
  /** Takes `ready`, or what went wrong. */
  readonly port: MessagePort;
}

const { module, setting, shapes, shards, threads, worker, buffer, port } = workerData as ShardWorkerData;
const memory = sharedMemory(shapes, shards, threads, buffer);
const { control } = memory;

const answer = (value: number) => {
  Atomics.store(control, answeredAt(worker), value);
  Atomics.notify(control, answeredAt(worker));
};
process.on('exit', () => answer(GONE));

/** Sends what was thrown; what cannot be sent, as its text. */
function sendError(error: unknown): void {
  try {
    port.postMessage(error);
  } catch {
    port.postMessage(new Error(String(error)));
  }
}

function workShards(job: ParallelJob): void {
  const params = readParams(memory.params, shapes);
  try {
    for (let shard = worker; shard < shards; shard += control[WORKERS]) {
      const result = workShard(job, params, control[STEP], shard, shards);
      writeResult(memory, shapes, shard, result);
      disposeParams(result.gradients);
    }
  } finally {
    disposeParams(params);
  }
}

function workAtSteps(job: ParallelJob): never {
  for (let asked = 0; ; ) {
    Atomics.wait(control, askedAt(worker), asked);
    asked = Atomics.load(control, askedAt(worker));
    try {
      workShards(job);
    } catch (error) {
      sendError(error);
      control[failedAt(worker)] = asked;
    }
    answer(asked);
  }
}

await loadJob(module, setting).then((job) => {
  port.postMessage('ready');
  workAtSteps(job);
}, sendError);
