// A network and the recipes' losses once more, in loops over doubles.
import { type Attack, ball, l2, type Network } from '@advml/core';
import { numbersOf } from '@advml/testkit';
import { add, matMul, type Tensor, type Tensor2D, tanh, tensor, tidy } from '@tensorflow/tfjs-core';

const [INPUTS, HIDDEN, CLASSES] = [4, 5, 3];

/** Two layers, tanh between them, and three logits: smooth, so that finite differences are close. */
export const smoothNetwork: Network = {
  name: 'smooth 4-5-3',
  inputShape: [INPUTS],
  output: 'logits',
  init: (source) => ({
    first: tensor(source.child('first').normal(INPUTS * HIDDEN, 0.6), [INPUTS, HIDDEN]),
    bias: tensor(source.child('bias').normal(HIDDEN, 0.3), [HIDDEN]),
    last: tensor(source.child('last').normal(HIDDEN * CLASSES, 0.8), [HIDDEN, CLASSES]),
  }),
  apply: ({ first, bias, last }, x) =>
    tidy(() => matMul(tanh(add(matMul(x as Tensor2D, first as Tensor2D), bias)) as Tensor2D, last as Tensor2D)),
};

/** Logits of one example. */
export function logitsOf(params: { readonly [name: string]: Tensor }, x: readonly number[]): number[] {
  const [first, bias, last] = ['first', 'bias', 'last'].map((name) => numbersOf(params[name]));
  const hidden = bias.map((b, j) => Math.tanh(b + x.reduce((sum, value, i) => sum + value * first[i * HIDDEN + j], 0)));
  return Array.from({ length: CLASSES }, (_, k) =>
    hidden.reduce((sum, value, j) => sum + value * last[j * CLASSES + k], 0),
  );
}

export const softmax = (z: readonly number[]): number[] => {
  const powers = z.map((value) => Math.exp(value));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
};

export const kl = (p: readonly number[], q: readonly number[]): number =>
  p.reduce((sum, value, k) => sum + value * Math.log(value / q[k]), 0);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Moves every example by the same vector, whatever the model. */
export function shift(by: readonly number[]): Attack {
  const graded = () => {
    throw new Error('training must not grade its attack');
  };
  const perturb: Attack['perturb'] = (_model, x) => tidy(() => add(x, tensor([...by])));
  return Object.assign(graded, { label: 'shift', threat: ball(l2, 1), perturb });
}
