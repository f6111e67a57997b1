import { type AffineStep, InputError } from '@advml/core';
import { getBackend } from '@tensorflow/tfjs-core';
import { asBatch, numbersFrom } from './intervals.ts';
import { gamma, UNDERFLOW } from './rounding.ts';

/** The most products in a sum of which float32 keeps enough to tell a right transpose from a wrong one. */
const MOST = 2 ** 21;

const inner = (a: Float32Array, b: Float32Array) => a.reduce((sum, one, at) => sum + one * b[at], 0);

/** 1 or -1 for each number, and 1 for 0. */
const signsOf = (numbers: Float32Array) => numbers.map((number) => (number < 0 ? -1 : 1));

/**
 * Refuses a step whose transpose is not that of its map, as tfjs's own gradient of padded average pooling is not.
 *
 * The vectors follow each other's signs, so that what a transpose gives too much or too little adds up and does not cancel. The
 * longest row alone tells a transpose that gives nothing, the opposite or another multiple, however large the layer is.
 *
 * ```math
 * \langle g, A x\rangle = \langle A^\top g, x\rangle \quad \text{for } x_j = \sin j,\ g = \mathrm{sign}(A x),
 * \text{ then for } x = \mathrm{sign}(A^\top g); \qquad \|A^\top e_i\|_1 = (A\,\mathrm{sign}(A^\top e_i))_i = (|A| 1)_i
 * ```
 *
 * @param step - The step.
 * @param input - Shape of what goes in.
 * @param sums - The sums of absolute values in each row of A.
 * @throws InputError if two sides differ by more than rounding, or sums have too many terms.
 */
export function requireTranspose(step: AffineStep, input: readonly number[], sums: Float32Array): void {
  const { map, absolute, shape, terms, name } = step;
  if (!(terms <= MOST))
    throw new InputError(
      `bounds go through sums of at most ${MOST} products, got ${terms} in layer '${name}': float32 may lose most of them`,
    );
  const reach = sums.reduce((total, one) => total + one, 0);
  const longest = sums.reduce((best, one, at) => (one > sums[best] ? at : best), 0);
  const length = input.reduce((product, one) => product * one, 1);
  const x = Float32Array.from({ length }, (_, at) => Math.sin(at + 1));
  const floor = terms * UNDERFLOW * (x.length + sums.length);
  const compare = (forth: number, back: number, size: number) => {
    if (Math.abs(forth - back) > 2 * gamma(terms + 3) * size + floor)
      throw new InputError(
        `the transpose of layer '${name}' must give the same inner products as its map, got ${back} for ${forth}; tfjs's own gradients are not all right: call \`await useBackend('${getBackend()}')\` of @advml/wasm once before`,
      );
  };
  for (const linear of new Set([map, absolute])) {
    const forth = (numbers: Float32Array) => numbersFrom(() => linear.apply(asBatch(numbers, input)));
    const back = (numbers: Float32Array) => numbersFrom(() => linear.transpose(asBatch(numbers, shape)));
    const there = forth(x);
    const g = signsOf(there);
    const here = back(g);
    compare(inner(g, there), inner(here, x), reach);
    const signs = signsOf(here);
    compare(inner(g, forth(signs)), inner(here, signs), reach);
    const row = back(sums.map((_, at) => (at === longest ? 1 : 0)));
    const own = signsOf(row);
    for (const one of [inner(row, own), forth(own)[longest]]) compare(sums[longest], one, sums[longest]);
  }
}
