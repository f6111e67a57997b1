import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/** Some labelled examples. The batch is the first axis. */
export interface Batch {
  /** Inputs, [batch, ...]. */
  readonly x: Tensor;
  /** Labels, [batch]: -1 or +1 for scores (float32), the class index for logits (int32). */
  readonly y: Tensor1D;
}

/**
 * Where training takes its batches from: a pure function of the step, so that a resumed run sees the same ones.
 *
 * The caller owns what it returns.
 */
export type BatchSource = (step: number) => Batch;
