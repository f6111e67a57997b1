import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { disposeParams, InputError, type Params } from '@advml/core';
import { requireInteger, requireOptions, requirePositive, requireSameTree } from '@advml/core/internal';
import { add, mul, type Rank, tidy, zeros } from '@tensorflow/tfjs-core';
import type { FitOptions } from '../fit-options.ts';
import type { Objective, ObjectiveResult } from '../objective.ts';
import { requireParams } from '../require-params.ts';
import { type Json, loadJob } from './job.ts';
import { type ShardResult, workShard } from './shard.ts';
import type { ShardWorkerData } from './shard-worker.ts';
import {
  answeredAt,
  askedAt,
  failedAt,
  GONE,
  readResult,
  type Shapes,
  STEP,
  sharedMemory,
  WORKERS,
  writeParams,
} from './shared-memory.ts';
import { fixedCount, quickestCount } from './thread-count.ts';

/** What {@link dataParallel} takes. */
export interface DataParallelOptions {
  /** URL of the module whose default export is the {@link JobFactory}, such as `new URL('./job.js', import.meta.url)`. */
  readonly module: URL | string;
  /** What the factory is given in every thread. */
  readonly setting: Json;
  /** Parameters as they will be trained, for their names and shapes; not disposed. */
  readonly params: Params;
  /** In how many shards each batch is worked out: part of the setting of a run, as it decides the last bits. At least 1. */
  readonly shards: number;
  /**
   * How many threads work at them, this one included: it decides the time only. At most `shards`. Default: as many as are quickest, by the times
   * of the first steps; at most one a processor.
   */
  readonly workers?: number;
  /** Seconds that a thread may take for a step before it counts as lost. Default: 60. */
  readonly patience?: number;
}

/** A training whose gradients several threads work out: the parts that `fit` takes. */
export interface DataParallel extends Pick<FitOptions, 'network' | 'objective' | 'batches' | 'key'> {
  /** How many threads share the next step, this one included; stays behind, as `close`. */
  readonly workers: number;
  /** Ends the threads; it stays behind where the parts are spread into the options of `fit`. */
  close(): Promise<void>;
}

/** Another thread. */
interface Helper {
  readonly worker: number;
  readonly thread: Worker;
  readonly port: MessagePort;
}

/**
 * Shares the work of every training step among threads of Node.
 *
 * Each batch is worked out in a fixed number of shards. Their gradients are added in the order of the shards, weighted by
 * their examples:
 *
 * ```math
 * g = \sum_s \frac{n_s}{n} g_s, \qquad g_s = \nabla_w \text{objective}(w, \text{batch}_{t,s})
 * ```
 *
 * So the bits depend on `shards`, and not on `workers`. Parameters and gradients go through shared memory. This thread works at its
 * own shards and then waits for the others, so a step remains one call that returns when it is done.
 *
 * Unless `workers` says how many, the first steps are shared among 1, 2, 4 and so on up to one thread a processor, six times each in turns, and
 * the count of the least median time does the rest; more than one thread must save a twentieth of the time. The other threads end.
 *
 * A thread cannot be sent functions: each makes network, objective and batches for itself, from a module and a setting.
 *
 * @param options - See {@link DataParallelOptions}.
 * @returns What `fit` is to be given beside parameters, optimizer and steps; its `batches` hold nothing but a placeholder, since
 * every thread draws its own.
 * @throws InputError if a number is out of its range, a parameter is not float32, or the network has state; whatever the module throws. In training:
 * what a shard throws, from another thread as the cause of an Error, after which the next step can be asked for; Error if it is closed, or a
 * thread has ended or does not answer.
 * @example
 * ```ts
 * const params = network.init(key('init', 0));
 * const parallel = await dataParallel({
 *   module: new URL('./job.js', import.meta.url), // its default export: (setting) => ({ network, objective, batches, key })
 *   setting: { rate: 0.1, seed: 0 },
 *   params,
 *   shards: 4,
 * });
 * const trained = await fit({ ...parallel, params, optimizer: sgd({ rate: 0.1 }), steps: 300 });
 * await parallel.close();
 * ```
 */
export async function dataParallel(options: DataParallelOptions): Promise<DataParallel> {
  requireOptions<DataParallelOptions>('dataParallel', options, {
    module: true,
    setting: true,
    params: true,
    shards: true,
    workers: true,
    patience: true,
  });
  const { setting, params, shards, workers, patience = 60 } = options;
  requireInteger({ shards, ...(workers !== undefined && { workers }) }, 1);
  requirePositive({ patience }, 'seconds');
  const most = workers ?? Math.min(shards, availableParallelism());
  if (most > shards) throw new InputError(`workers must be at most shards, ${shards}, got ${most}`);
  const shapes = shapesOf(params);
  const module = String(options.module);
  const job = await loadJob(module, setting);
  if (job.network.state?.length)
    throw new InputError(
      `'${job.network.state[0]}' is state of the network, which threads do not share; train it without dataParallel`,
    );
  const tree = Object.fromEntries(shapes.map(([name, shape]) => [name, { shape }]));
  const memory = sharedMemory(shapes, shards, most);
  const { buffer, control } = memory;
  const helpers = Array.from({ length: most - 1 }, (_, at) =>
    helperOf({ module, setting, shapes, shards, threads: most, worker: at + 1, buffer }),
  );
  for (const { thread, worker } of helpers) thread.once('exit', () => Atomics.store(control, answeredAt(worker), GONE));
  let isClosed = false;
  const close = async () => {
    isClosed = true;
    await Promise.all(helpers.map(({ thread }) => thread.terminate()));
  };
  try {
    await Promise.all(helpers.map(ready));
  } catch (error) {
    await close();
    throw error;
  }

  const count = workers === undefined ? quickestCount(most) : fixedCount(workers);
  /** A step that throws leaves others at work; the next one is shared as it was, and waits for their second answer. */
  const share = (params: Params, step: number): ObjectiveResult => {
    if (isClosed) throw new Error('this training is closed; dataParallel makes another');
    requireSameTree('params', params, tree);
    const sharing = count.now;
    const others = helpers.slice(0, sharing - 1);
    for (const helper of others) requirePresent(control, helper);
    if (others.length > 0) writeParams(memory.params, shapes, params);
    control[STEP] = step;
    control[WORKERS] = sharing;
    for (const { worker } of others) ask(control, worker);
    const results: ShardResult[] = [];
    try {
      for (let shard = 0; shard < shards; shard += sharing)
        results[shard] = workShard(job, params, step, shard, shards);
      for (const helper of others) {
        awaitAnswer(control, helper, patience);
        for (let shard = helper.worker; shard < shards; shard += sharing)
          results[shard] = readResult(memory, shapes, shard);
      }
      return together(results);
    } finally {
      for (const { gradients } of Object.values(results)) disposeParams(gradients); // some may not have been reached
    }
  };
  const objective: Objective = ({ params, step }) => {
    if (count.settled) return share(params, step);
    const start = performance.now();
    const result = share(params, step);
    count.took(performance.now() - start);
    if (count.settled) for (const { thread } of helpers.slice(count.now - 1)) void thread.terminate();
    return result;
  };
  const batches = () => ({ x: zeros([1, ...job.network.inputShape]), y: zeros<Rank.R1>([1]) });
  const parts: Omit<DataParallel, 'close' | 'workers'> = { network: job.network, key: job.key, objective, batches };
  // not enumerable, so not spread
  return Object.defineProperties(parts, { close: { value: close }, workers: { get: () => count.now } }) as DataParallel;
}

function shapesOf(params: Params): Shapes {
  requireParams(params);
  return Object.entries(params).map(([name, { shape }]) => [name, shape]);
}

/** The batch's loss, accuracy and gradient from those of its shards; always in their order. */
function together(results: readonly ShardResult[]): ObjectiveResult {
  const examples = results.reduce((total, result) => total + result.examples, 0);
  const weights = results.map((result) => result.examples / examples);
  const mean = (of: 'loss' | 'accuracy') => results.reduce((total, result, at) => total + weights[at] * result[of], 0);
  const gradients = Object.keys(results[0].gradients).map((name) => {
    const parts = results.map((result, at) => () => mul(result.gradients[name], weights[at]));
    return [name, tidy(() => parts.slice(1).reduce((total, part) => add(total, part()), parts[0]()))];
  });
  return { loss: mean('loss'), accuracy: mean('accuracy'), gradients: Object.fromEntries(gradients) };
}

/** The program of the threads, beside this file: TypeScript where this is. */
const program = new URL(import.meta.url.replace(/data-parallel\.(ts|js)$/, 'shard-worker.$1'));

function helperOf(data: Omit<ShardWorkerData, 'port'>): Helper {
  const { port1, port2 } = new MessageChannel();
  const workerData: ShardWorkerData = { ...data, port: port2 };
  return { worker: data.worker, thread: new Worker(program, { workerData, transferList: [port2] }), port: port1 };
}

/** Waits until a thread has made its job; from then on it keeps no program from ending. */
async function ready({ worker, thread, port }: Helper): Promise<void> {
  const ended = once(thread, 'exit').then(([code]) => {
    const lastWord: unknown = receiveMessageOnPort(port)?.message;
    if (lastWord instanceof Error) throw lastWord;
    throw new Error(`thread ${worker} of the training ended with code ${code} before it was ready`);
  });
  const [message] = await Promise.race([once(port, 'message'), ended]);
  port.unref();
  thread.unref();
  if (message !== 'ready') throw message;
}

function requirePresent(control: Int32Array, { worker }: Helper): void {
  if (Atomics.load(control, answeredAt(worker)) === GONE) throw new Error(`thread ${worker} of the training has ended`);
}

/** Throws what a thread could not do its shards for; it goes on with the next step. */
function requireDone(control: Int32Array, { worker, port }: Helper, asked: number): void {
  if (control[failedAt(worker)] !== asked) return;
  let cause: unknown;
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) cause = next.message;
  throw new Error(`thread ${worker} of the training failed: ${cause instanceof Error ? cause.message : cause}`, {
    cause,
  });
}

/** Asks a thread for its shards. */
function ask(control: Int32Array, worker: number): void {
  Atomics.add(control, askedAt(worker), 1);
  Atomics.notify(control, askedAt(worker));
}

/** Blocks until a thread has worked out its shards. */
function awaitAnswer(control: Int32Array, helper: Helper, patience: number): void {
  const place = answeredAt(helper.worker);
  const asked = Atomics.load(control, askedAt(helper.worker));
  for (let seen = Atomics.load(control, place); seen !== asked; seen = Atomics.load(control, place)) {
    requirePresent(control, helper);
    if (Atomics.wait(control, place, seen, 1000 * patience) !== 'timed-out') continue;
    throw new Error(
      `thread ${helper.worker} of the training has not answered for ${patience} s: killed, or patience is too short`,
    );
  }
  requireDone(control, helper, asked);
}
