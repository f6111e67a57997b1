import type { Tensor } from '@tensorflow/tfjs-core';
import type { Key } from './key.ts';
import type { Params } from './params.ts';
import type { NearRidges, RidgeSum } from './ridge-sum.ts';
import type { Step } from './steps/step.ts';

/** How a network is applied. */
export interface Mode {
  /** Whether this is a training step, where noise and the like are drawn. Default: evaluation. */
  readonly training?: boolean;
  /** Source of the randomness of a training step. */
  readonly key?: Key;
  /**
   * Told in a training step what the network's {@link Network.state} is after it, all of it or in parts.
   *
   * @param state - By name; only lent, until the function returns.
   */
  readonly onState?: (state: Params) => void;
}

/**
 * What a network gives for an example: one score whose sign is the class, or one logit a class.
 */
export type OutputKind = 'score' | 'logits';

/** Anything that has a shape: a tensor, an array of a file, or the shape alone. */
export interface Shaped {
  /** Lengths of the axes. */
  readonly shape: readonly number[];
}

/** A value of plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A network as plain data: what kind it is, and all that decides its function but for the parameters. */
export interface NetworkDescription {
  /** The kind, such as `mlp`, which decides what else is told. */
  readonly kind: string;
  readonly [field: string]: Json;
}

/**
 * A network: two pure functions and what they take and give.
 */
export interface Network {
  /** The kind and its sizes, such as `symmetric two-layer 1536-1536`. */
  readonly name: string;
  /** Shape of one input, without the batch axis. */
  readonly inputShape: readonly number[];
  /** What it gives for an example. */
  readonly output: OutputKind;
  /**
   * Names of the parameters that are state, such as running statistics: a training step does not depend on them, and `fit` takes
   * their next values from `onState` of the mode in place of a gradient step. Default: none.
   */
  readonly state?: readonly string[];
  /** Shapes of its parameters by name, where they are known before any are made. */
  readonly parameters?: Readonly<Record<string, Shaped>>;
  /**
   * Parameters at initialization.
   *
   * @param key - Decides them.
   * @returns New parameters, owned by the caller.
   */
  init(key: Key): Params;
  /**
   * The network's function.
   *
   * @param params - As `init` gives them.
   * @param x - Inputs, [batch, ...inputShape].
   * @param mode - Training or evaluation. Default: evaluation.
   * @returns Scores [batch] or logits [batch, classes], owned by the caller.
   */
  apply(params: Params, x: Tensor, mode?: Mode): Tensor;
  /**
   * The network's evaluation as a sum of ridge functions, if it is one: attacks are then faster.
   *
   * @param params - As `init` gives them; they stay the caller's.
   * @returns A description that holds tensors of `params`, or none.
   */
  ridges?(params: Params): RidgeSum | undefined;
  /**
   * The network's evaluation as steps that bounds can go through, if it is made of such: certificates need them.
   *
   * @param params - As `init` gives them; they stay the caller's.
   * @returns Steps that hold tensors of `params`, or none.
   * @throws InputError that names the layer which bounds cannot go through.
   */
  steps?(params: Params): readonly Step[] | undefined;
  /**
   * The network's evaluation as nearly a sum of ridge functions, where it is none itself: certificates take the error into account.
   *
   * @param params - As `init` gives them; they stay the caller's.
   * @returns A description that holds tensors of `params`, or none.
   */
  nearRidges?(params: Params): NearRidges | undefined;
  /**
   * The network as plain data, from which `networkOf` of `@advml/networks` makes it again; {@link networkMetadata} puts it beside
   * weights in a file. One with another function must not take it over, as `{ ...network, apply }` does.
   *
   * @returns The description, or none where something decides the function that is no plain data, such as an activation function
   * of your own.
   */
  describe?(): NetworkDescription | undefined;
}

/**
 * A model under attack or evaluation: from inputs [batch, ...] to scores [batch] (sign = class) or logits [batch, classes].
 *
 * Any function of that kind will do; a {@link Network} becomes one by {@link classifier}.
 */
export interface Classifier {
  (x: Tensor): Tensor;
  /** Whether it tells classes only, so that its outputs say nothing of how near an example is to another class. Default: false. */
  readonly decides?: boolean;
  /** The same function as a sum of ridge functions, if it is one. */
  readonly ridges?: () => RidgeSum | undefined;
  /** The same function as steps that bounds can go through, if it is made of such. */
  readonly steps?: () => readonly Step[] | undefined;
  /** The same function as nearly such a sum. */
  readonly nearRidges?: () => NearRidges | undefined;
}

/**
 * A network with its parameters held fast, in evaluation mode.
 *
 * @param network - Any network.
 * @param params - Its parameters; the caller keeps them alive as long as the classifier is used.
 * @returns A function from inputs to scores or logits.
 * @example
 * ```ts
 * const model = classifier(network, params);
 * const scores = model(x); // [batch]
 * ```
 */
export function classifier(network: Network, params: Params): Classifier {
  const model = (x: Tensor) => network.apply(params, x);
  return Object.assign(model, {
    ridges: () => network.ridges?.(params),
    nearRidges: () => network.nearRidges?.(params),
    steps: () => network.steps?.(params),
  });
}
