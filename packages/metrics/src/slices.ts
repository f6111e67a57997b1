import { type Batch, InputError } from '@advml/core';
import { requireFinite, requireInteger, requireShape, requireTensor, yieldToEventLoop } from '@advml/core/internal';
import { gather, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';
import type { EvaluationOptions } from './options.ts';

/** Refuses a batch that nothing can be measured on: no tensors, no examples, labels that are too few or too many, NaN. */
export function requireBatch(batch: Batch): void {
  const { x, y } = Object(batch) as Batch;
  requireTensor('x', x);
  requireTensor('y', y, ['int32', 'float32']);
  if (x.rank < 2 || x.shape[0] === 0)
    throw new InputError(`x must hold at least one example, shape [batch, ...], got shape [${x.shape}]`);
  requireShape('labels', y, [x.shape[0]]);
  requireFinite('x', x);
}

/** The examples at some positions, owned by the caller. */
export function examplesAt({ x, y }: Batch, positions: readonly number[]): Batch {
  const at = tensor1d([...positions], 'int32');
  const examples = { x: gather(x, at), y: gather(y, at) as Tensor1D };
  at.dispose();
  return examples;
}

/**
 * Does some work on the examples at the given positions, all at once.
 *
 * @param batch - All examples.
 * @param positions - Which of them.
 * @param signal - Stops it before it begins.
 * @param doing - What is going on, for the message of an abort.
 * @param work - Gets the examples, disposed afterwards.
 * @returns What the work returns.
 */
export async function onSlice<T>(
  batch: Batch,
  positions: readonly number[],
  signal: AbortSignal | undefined,
  doing: string,
  work: (slice: Batch) => T | Promise<T>,
): Promise<T> {
  await yieldToEventLoop(signal, doing);
  const slice = examplesAt(batch, positions);
  try {
    return await work(slice);
  } finally {
    slice.x.dispose();
    slice.y.dispose();
  }
}

/**
 * Does some work on the examples at the given positions, `batchSize` of them at a time.
 *
 * @param batch - All examples.
 * @param positions - Which of them.
 * @param options - Size of a slice, progress and signal.
 * @param doing - What is going on, for the message of an abort.
 * @param work - Gets a slice, disposed afterwards, and the positions of its examples in the batch.
 */
export async function eachSlice(
  batch: Batch,
  positions: readonly number[],
  { batchSize = 256, onProgress, signal }: EvaluationOptions,
  doing: string,
  work: (slice: Batch, positions: readonly number[]) => void | Promise<void>,
): Promise<void> {
  requireInteger({ batchSize }, 1);
  for (let start = 0; start < positions.length; start += batchSize) {
    const chosen = positions.slice(start, start + batchSize);
    await onSlice(batch, chosen, signal, doing, (slice) => work(slice, chosen));
    onProgress?.(start + chosen.length, positions.length);
  }
}

/** 0, 1, 2, ... for every example of a batch. */
export function everyPosition({ x }: Batch): readonly number[] {
  return Array.from({ length: x.shape[0] }, (_, at) => at);
}
