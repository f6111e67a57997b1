import { InputError, type Key, normalTensor, uniformTensor } from '@advml/core';
import { described } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * How weights start: from a key and the shape [out, in, ...] to a tensor, owned by the caller.
 */
export type Initial = (key: Key, shape: readonly number[]) => Tensor;

/** Refuses what is no such function, such as the name of one. */
export function requireInitial(initial: Initial): void {
  if (typeof initial === 'function') return;
  throw new InputError(`initial must be a function of key and shape, such as he, got ${described(initial)}`);
}

const product = (lengths: readonly number[]) => lengths.reduce((total, length) => total * length, 1);

/** Numbers that an output is summed from, and outputs that an input goes to. */
const fans = ([out, within, ...kernel]: readonly number[]) => [within, out].map((side) => side * product(kernel));

/**
 * Gaussian weights that keep the size of signals through rectifiers.
 *
 * ```math
 * w \sim N(0,\ 2 / n_\mathrm{in})
 * ```
 *
 * @param key - Decides them.
 * @param shape - [out, in, ...].
 * @returns Weights, owned by the caller.
 * @example
 * ```ts
 * const weight = he(key('init', 0), [16, 3, 5, 5]); // variance 2 / 75
 * ```
 * @see He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015 (arXiv:1502.01852).
 */
export const he: Initial = (key, shape) => normalTensor(key, shape, Math.sqrt(2 / fans(shape)[0]));

/**
 * Gaussian weights that keep the size of signals through a linear layer.
 *
 * ```math
 * w \sim N(0,\ 1 / n_\mathrm{in})
 * ```
 *
 * @param key - Decides them.
 * @param shape - [out, in, ...].
 * @returns Weights, owned by the caller.
 * @example
 * ```ts
 * const weight = lecun(key('init', 0), [10, 100]); // variance 1 / 100
 * ```
 * @see LeCun, Bottou, Orr, Mueller: Efficient BackProp, 1998.
 */
export const lecun: Initial = (key, shape) => normalTensor(key, shape, Math.sqrt(1 / fans(shape)[0]));

/**
 * Uniform weights between the sizes that keep signals and gradients.
 *
 * ```math
 * w \sim U(-r, r), \qquad r = \sqrt{6 / (n_\mathrm{in} + n_\mathrm{out})}
 * ```
 *
 * @param key - Decides them.
 * @param shape - [out, in, ...].
 * @returns Weights, owned by the caller.
 * @example
 * ```ts
 * const weight = glorot(key('init', 0), [10, 100]); // variance 2 / 110
 * ```
 * @see Glorot, Bengio: Understanding the Difficulty of Training Deep Feedforward Neural Networks, 2010.
 */
export const glorot: Initial = (key, shape) => {
  const [within, out] = fans(shape);
  const range = Math.sqrt(6 / (within + out));
  return uniformTensor(key, shape, -range, range);
};

/** The ways to start by which a layer may describe itself. */
export const INITIALS: Readonly<Record<string, Initial>> = { he, lecun, glorot };

/** How a layer says how it starts; nothing for a way of the user's own, which does not change its function. */
export function initialNamed(initial: Initial): { readonly initial?: string } {
  const name = Object.keys(INITIALS).find((each) => INITIALS[each] === initial);
  return name === undefined ? {} : { initial: name };
}
