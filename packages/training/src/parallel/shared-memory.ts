import type { Params } from '@advml/core';
import { tensor } from '@tensorflow/tfjs-core';
import type { ShardResult } from './shard.ts';

/** The form of parameters: names in order, and shapes. */
export type Shapes = readonly (readonly [name: string, shape: readonly number[]])[];

/** What the threads share. */
export interface SharedMemory {
  /**
   * Numbers to wait on: the step asked for last, how many threads share it, and for every thread how many steps it was asked for, how
   * many it has answered, or {@link GONE}, and which of them it could not do.
   */
  readonly control: Int32Array;
  /** The parameters, one after the other. */
  readonly params: Float32Array;
  /** For every shard its gradient, laid out as the parameters. */
  readonly gradients: readonly Float32Array[];
  /** For every shard its loss, accuracy and number of examples. */
  readonly numbers: readonly Float64Array[];
}

/** Places in {@link SharedMemory.control}. */
export const [STEP, WORKERS] = [0, 1];

/** The place of how many steps a thread was asked for. */
export const askedAt = (worker: number): number => 2 + 3 * worker;

/** The place of how many steps a thread has answered. */
export const answeredAt = (worker: number): number => 3 + 3 * worker;

/** The place of the last step that a thread answered with an error, which its port has. */
export const failedAt = (worker: number): number => 4 + 3 * worker;

/** Answer of a thread that answers no more. */
export const GONE = -1;

const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);

/**
 * Lays memory out, or looks at what was laid out in another thread.
 *
 * @param shapes - The form of the parameters.
 * @param shards - How many shards there are.
 * @param threads - How many threads there are.
 * @param buffer - The memory, if it is there already.
 * @returns The memory and views into it.
 */
export function sharedMemory(
  shapes: Shapes,
  shards: number,
  threads: number,
  buffer?: SharedArrayBuffer,
): SharedMemory & { readonly buffer: SharedArrayBuffer } {
  const count = shapes.reduce((total, [, shape]) => total + sizeOf(shape), 0);
  const head = 8 * (3 * shards);
  const body = head + 4 * count * (1 + shards);
  const all = buffer ?? new SharedArrayBuffer(body + 4 * askedAt(threads));
  const each = Array.from({ length: shards }, (_, shard) => shard);
  return {
    buffer: all,
    numbers: each.map((shard) => new Float64Array(all, 24 * shard, 3)),
    params: new Float32Array(all, head, count),
    gradients: each.map((shard) => new Float32Array(all, head + 4 * count * (1 + shard), count)),
    control: new Int32Array(all, body),
  };
}

/**
 * Writes parameters or gradients.
 *
 * @param to - Where.
 * @param shapes - Their form.
 * @param params - What; only read.
 */
export function writeParams(to: Float32Array, shapes: Shapes, params: Params): void {
  let at = 0;
  for (const [name] of shapes) {
    to.set(params[name].dataSync<'float32'>(), at);
    at += params[name].size;
  }
}

/**
 * Reads what {@link writeParams} wrote.
 *
 * @param from - Where.
 * @param shapes - Their form.
 * @returns The parameters, owned by the caller; to be disposed before the memory is written again, which some backends share.
 */
export function readParams(from: Float32Array, shapes: Shapes): Params {
  let at = 0;
  return Object.fromEntries(
    shapes.map(([name, shape]) => {
      const size = sizeOf(shape);
      at += size;
      return [name, tensor(from.subarray(at - size, at), [...shape])];
    }),
  );
}

/**
 * Writes the result of a shard, for another thread.
 *
 * @param memory - Where.
 * @param shapes - The form of the gradients.
 * @param shard - Number of the shard.
 * @param result - The result; only read.
 */
export function writeResult(memory: SharedMemory, shapes: Shapes, shard: number, result: ShardResult): void {
  writeParams(memory.gradients[shard], shapes, result.gradients);
  memory.numbers[shard].set([result.loss, result.accuracy, result.examples]);
}

/**
 * Reads the result of a shard, as another thread wrote it.
 *
 * @param memory - Where.
 * @param shapes - The form of the gradients.
 * @param shard - Number of the shard.
 * @returns The result; its gradients are owned by the caller.
 */
export function readResult(memory: SharedMemory, shapes: Shapes, shard: number): ShardResult {
  const [loss, accuracy, examples] = memory.numbers[shard];
  return { gradients: readParams(memory.gradients[shard], shapes), loss, accuracy, examples };
}
