// A job for `dataParallel`, as each thread makes it; the setting may make a thread other than the first go wrong.
import { isMainThread } from 'node:worker_threads';
import { ball, key, l2 } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { slice, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { adversarialObjective, cleanObjective, type Objective } from '../src/index.ts';
import type { ParallelJob } from '../src/workers.ts';
import { classed, noise } from './models.ts';
import { network } from './runs.ts';

/** What the job is to be. */
export type Setting = {
  /** With a random attack and noise in the network; else the gradient is that of the whole batch, to rounding. */
  readonly noisy: boolean;
  /** What happens in the other threads, or in this one, and when: in the third step, or while the job is made. */
  readonly wrong?: 'throws' | 'exits' | 'hangs' | 'is not made' | 'throws here';
  /** Threads that take 20 ms longer for a shard. */
  readonly slow?: 'all' | 'others';
};

const sleep = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

const SIZE = 8;

/** The examples of a step whose index leaves the shard's number; [3, 3, 2] of 8. */
function shardOf(step: number, shard: number, shards: number) {
  const each = Math.ceil(SIZE / shards);
  const whole = classed(key('data', step), SIZE, 4);
  const [from, count] = [shard * each, Math.min(each, SIZE - shard * each)];
  return tidy(() => {
    const part = { x: slice(whole.x, from, count), y: slice(whole.y, from, count) as Tensor1D };
    whole.x.dispose();
    whole.y.dispose();
    return part;
  });
}

export default async ({ noisy, wrong, slow }: Setting): Promise<ParallelJob> => {
  await useWasm();
  if (!isMainThread && wrong === 'is not made') throw new Error('no job here');
  const still = { ...network, apply: (...[params, x]: Parameters<typeof network.apply>) => network.apply(params, x) };
  const own = noisy ? adversarialObjective({ attack: noise(ball(l2, 0.2)) }) : cleanObjective();
  const objective: Objective = (context) => {
    if (!isMainThread && context.step === 2) {
      if (wrong === 'throws') throw new Error('no gradient today');
      if (wrong === 'exits') process.exit(7);
      while (wrong === 'hangs');
    }
    if (isMainThread && context.step === 2 && wrong === 'throws here') throw new Error('no gradient here');
    if (slow === 'all' || (slow === 'others' && !isMainThread)) sleep(20);
    return own(context);
  };
  return { network: noisy ? network : still, objective, batches: shardOf, key: key('run', 0) };
};
