import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Network } from './network.ts';
import type { Params } from './params.ts';
import type { Threat } from './threat.ts';

/** What a bound of outputs is asked about; everything stays the caller's. */
export interface WorstOutputsTask {
  /** The network, in evaluation. */
  readonly network: Network;
  /** Its parameters. */
  readonly params: Params;
  /** Inputs [batch, ...]. */
  readonly x: Tensor;
  /** Labels [batch]. */
  readonly y: Tensor1D;
  /** Radius in input units, at most the threat's. */
  readonly eps: number;
  /** Number of the training step, the first being 0. */
  readonly step: number;
}

/**
 * Outputs that are no better for the label than any that a perturbation can cause, differentiable in the parameters: what certified
 * training lowers the loss of.
 *
 * For logits it is minus the lower bound of the label's margin against each class, 0 at the label; for scores the label times
 * the lower bound of `y f`. Any loss of outputs and labels then is at least the worst one within the threat.
 *
 * ```math
 * \hat z_k = -\underline{m}_k(x) \ge -\min_{x' \in B(x)} \bigl(f_y(x') - f_k(x')\bigr)
 * ```
 *
 * Unlike a {@link Certifier}, whose last digits are proved, it is computed in float32.
 */
export interface WorstOutputs {
  (task: WorstOutputsTask): Tensor;
  /** What it is with its settings. */
  readonly label: string;
  /** The perturbations that it speaks of. */
  readonly threat: Threat;
}
