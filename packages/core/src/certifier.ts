import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Classifier } from './network.ts';
import type { LoopOptions } from './progress.ts';
import type { Threat } from './threat.ts';

/** What a certifier takes besides the model and the examples. */
export interface CertifierOptions extends LoopOptions {
  /** Radii in input units, one an example and none above the threat's eps. Default: that eps. */
  readonly eps?: readonly number[];
}

/** What is proved of each example: plain data. */
export interface Certificates {
  /**
   * A lower bound of the label's margin over every input that the threat allows, [batch], in output units: `y f` for scores, the
   * label's logit less the largest other one for logits. Negative infinity where nothing is known.
   */
  readonly bound: Float64Array;
  /** Whether the bound is positive, so that no perturbation makes the label lose. */
  readonly certified: readonly boolean[];
  /**
   * The worst inputs that the proof came upon, one a row of the batch in the order of memory, where it looks for some, as what is exact
   * does: candidates that whoever uses them grades afresh. Default: none.
   */
  readonly worst?: Float32Array;
  /** What a reader of these numbers should know; mostly empty. */
  readonly warnings: readonly string[];
}

/**
 * A proof, example by example, of what no attack within a threat can do.
 *
 * It is a statement about the model's function in exact arithmetic, with the weights as they are; each certifier's own page states
 * how rounding of the bound itself is accounted for. It disposes all it makes, and gives the same bits whatever the batch size.
 *
 * ```math
 * \text{bound}_i \le \min_{x' \in B(x_i)} \Bigl(f_{y_i}(x') - \max_{k \ne y_i} f_k(x')\Bigr)
 * ```
 */
export interface Certifier {
  (model: Classifier, x: Tensor, y: Tensor1D, options?: CertifierOptions): Promise<Certificates>;
  /** What it is with its settings, such as `CROWN, linf eps 0.1`; printed beside every figure. */
  readonly label: string;
  /** The perturbations that it speaks of. */
  readonly threat: Threat;
}
