import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Key } from './key.ts';
import type { AnyClassifier } from './later-classifier.ts';
import type { Loss } from './loss.ts';
import type { Classifier } from './network.ts';
import type { Threat } from './threat.ts';

/** A class of its own for each example, that the attacker wants to see it in. */
export interface TargetedGoal {
  /** Target labels, one an example, of the same kind as the labels. */
  readonly target: readonly number[];
}

/**
 * What the attacker wants: any wrong class, each example in a class of its own, or whatever a function says.
 *
 * A function takes outputs and labels and gives how far each example has come, [batch]: the goal is reached where that is
 * positive. Attacks that follow gradients raise the function itself in place of their loss, so it should be differentiable.
 *
 * @example
 * ```ts
 * const wrongByTwo: Goal = (output, y) => sub(margin(output, y), 2) as Tensor1D; // errors with a margin above 2
 * ```
 */
export type Goal = 'untargeted' | TargetedGoal | Loss;

/** What an attack takes besides the model and the examples. */
export interface AttackOptions {
  /** Source of random starts; each example uses its own child, by index. */
  readonly key: Key;
  /** Indices of the examples in their data set. Default: 0, 1, 2, ... */
  readonly indices?: readonly number[];
  /** What counts as success. Default: any wrong class. */
  readonly goal?: Goal;
  /** Radii in input units, one an example and none above the threat's eps. Default: that eps. */
  readonly eps?: readonly number[];
  /**
   * The class that losses push each example towards, in place of the strongest wrong one; success is judged as ever.
   * Losses that know no rival do not change.
   */
  readonly rivals?: readonly number[];
  /**
   * Stops the attack before the model's next pass, and, if it is an `AbortSignal`, while it waits for an answer. On a model that
   * answers at once an attack does not pause, so timers and events cannot abort it meanwhile: it sees what was aborted before,
   * inside the model, or by another thread through an object that reads shared memory.
   */
  readonly signal?: Pick<AbortSignal, 'aborted'>;
}

/** What an attack found, graded by a fresh forward pass. Only `x` needs disposal. */
export interface AttackResult {
  /** The worst inputs found, [batch, ...], inside ball and box; owned by the caller. */
  readonly x: Tensor;
  /**
   * Whether each example meets the goal, recomputed at `x`. A tie between the label and another class is an error of
   * the model, so it counts for the untargeted attacker and not for the targeted one.
   */
  readonly success: readonly boolean[];
  /** Size of each perturbation in the threat's norm, in input units. */
  readonly distance: Float32Array;
  /**
   * Margin loss at `x`, in output units: positive where the goal is met, negative where it is not, 0 at a tie. Where the
   * goal is a function, its value.
   */
  readonly loss: Float32Array;
  /** Gradient evaluations spent on each example. */
  readonly gradients: Int32Array;
  /** Forward passes that the search spent on each example beside those gradients; 0 where the attack does not count them. */
  readonly queries: Int32Array;
  /** Examples whose gradient was zero (or not finite) at some step, so that the direction was random there. */
  readonly zeroGradient: readonly boolean[];
  /** Whether the search ended early because the model answered no more, as a warning says too. Default: false. */
  readonly cutShort?: boolean;
  /** What a reader of these numbers should know, such as outputs that look like probabilities; mostly empty. */
  readonly warnings: readonly string[];
}

/** The result of an attack: at once from a model that answers at once, later from one that answers later. */
export type Attacked<Model extends AnyClassifier> = Model extends Classifier ? AttackResult : Promise<AttackResult>;

/**
 * A way to make inputs wrong within a threat.
 *
 * It disposes all it makes but the result's `x`, and gives the same bits whatever the batch size. On a model that answers later it
 * gives a promise, of the same bits, if it needs no gradient; if it does, it refuses the model.
 */
export interface Attack {
  <Model extends AnyClassifier>(model: Model, x: Tensor, y: Tensor1D, options: AttackOptions): Attacked<Model>;
  /**
   * What it is with the settings that most often differ, such as `PGD-l2, 100 steps, 5 restarts`; printed beside every figure. Settings
   * that it does not tell, such as the first share of `square`, must be the same where an evaluation goes on from parts that are done.
   */
  readonly label: string;
  /** The perturbations it may make. */
  readonly threat: Threat;
  /**
   * The search alone, for adversarial training, where the next forward pass sees the result anyway: input is not
   * checked, nothing is graded, and an iterative attack gives its last iterate.
   *
   * @param model - The model under attack.
   * @param x - Inputs [batch, ...].
   * @param y - Labels [batch].
   * @param options - As for the attack itself.
   * @returns Perturbed inputs [batch, ...], inside ball and box; owned by the caller.
   */
  perturb(model: Classifier, x: Tensor, y: Tensor1D, options: AttackOptions): Tensor;
}
