import type { Optimizer, Schedule } from '@advml/core';
import { requireNonNegative, requireOptions } from '@advml/core/internal';
import { chain } from './chain.ts';
import { decayWeights } from './decay-weights.ts';
import { descend } from './descend.ts';
import { ADAM_SCALING, type AdamScaling, scaleByAdam } from './scale-by-adam.ts';
import type { Only } from './stateless.ts';
import { trace } from './trace.ts';

/** What every recipe takes. */
export interface Rate {
  /** Learning rate, finite and >= 0: a number, or a function of the step. */
  readonly rate: number | Schedule;
}

/** Settings of {@link momentum} and {@link nesterov}. */
export interface MomentumOptions extends Rate {
  /** Share of the sum of gradients that is kept, in [0, 1]. Default: 0.9. */
  readonly decay?: number;
}

/** Settings of {@link adam}. */
export interface AdamOptions extends Rate, AdamScaling {}

/** Settings of {@link adamw}. */
export interface AdamwOptions extends AdamOptions, Only {
  /** Strength of the weight decay, >= 0. Default: 0.01. */
  readonly weightDecay?: number;
}

/**
 * Gradient descent: `chain(descend(rate))`.
 *
 * @param options - See {@link Rate}.
 * @returns An optimizer.
 * @throws InputError if a rate is negative or not finite.
 * @example
 * ```ts
 * const optimizer = sgd({ rate: 0.1 });
 * ```
 */
export function sgd(options: Rate): Optimizer {
  requireOptions<Rate>('sgd', options, { rate: true });
  return chain(descend(options.rate));
}

/**
 * Gradient descent with heavy-ball momentum: `chain(trace(decay), descend(rate))`.
 *
 * @param options - See {@link MomentumOptions}.
 * @returns An optimizer.
 * @throws InputError if a rate is negative or not finite, or `decay` outside [0, 1].
 * @example
 * ```ts
 * const optimizer = momentum({ rate: 0.1, decay: 0.9 });
 * ```
 * @see Polyak: Some Methods of Speeding Up the Convergence of Iteration Methods, 1964.
 */
export function momentum(options: MomentumOptions): Optimizer {
  requireOptions<MomentumOptions>('momentum', options, { rate: true, decay: true });
  const { rate, decay = 0.9 } = options;
  return chain(trace(decay), descend(rate));
}

/**
 * Gradient descent with Nesterov's momentum: `chain(trace(decay, { nesterov: true }), descend(rate))`.
 *
 * @param options - See {@link MomentumOptions}.
 * @returns An optimizer.
 * @throws InputError if a rate is negative or not finite, or `decay` outside [0, 1].
 * @example
 * ```ts
 * const optimizer = nesterov({ rate: 0.1, decay: 0.9 });
 * ```
 * @see Nesterov: A Method for Solving the Convex Programming Problem with Convergence Rate O(1/k^2), 1983; Sutskever,
 * Martens, Dahl, Hinton: On the Importance of Initialization and Momentum in Deep Learning, 2013.
 */
export function nesterov(options: MomentumOptions): Optimizer {
  requireOptions<MomentumOptions>('nesterov', options, { rate: true, decay: true });
  const { rate, decay = 0.9 } = options;
  return chain(trace(decay, { nesterov: true }), descend(rate));
}

/**
 * Adam: `chain(scaleByAdam(...), descend(rate))`.
 *
 * @param options - See {@link AdamOptions}.
 * @returns An optimizer.
 * @throws InputError if a rate is negative or not finite, or a constant out of range.
 * @example
 * ```ts
 * const optimizer = adam({ rate: 1e-3 });
 * ```
 * @see Kingma, Ba: Adam: A Method for Stochastic Optimization, 2015.
 */
export function adam(options: AdamOptions): Optimizer {
  requireOptions<AdamOptions>('adam', options, { ...ADAM_SCALING, rate: true });
  const { rate, ...scaling } = options;
  return chain(scaleByAdam(scaling), descend(rate));
}

/**
 * Adam with decoupled weight decay: `chain(scaleByAdam(...), decayWeights(weightDecay), descend(rate))`.
 *
 * @param options - See {@link AdamwOptions}; the decay is multiplied by the rate, as in PyTorch and optax.
 * @returns An optimizer.
 * @throws InputError if a rate is negative or not finite, or a constant out of range.
 * @example
 * ```ts
 * const optimizer = adamw({ rate: 1e-3, weightDecay: 0.01, only: ['weight'] });
 * ```
 * @see Loshchilov, Hutter: Decoupled Weight Decay Regularization, 2019.
 */
export function adamw(options: AdamwOptions): Optimizer {
  requireOptions<AdamwOptions>('adamw', options, { ...ADAM_SCALING, rate: true, weightDecay: true, only: true });
  const { rate, weightDecay = 0.01, only, ...scaling } = options;
  requireNonNegative({ weightDecay });
  return chain(scaleByAdam(scaling), decayWeights(weightDecay, { only }), descend(rate));
}
