import type { Classifier, Step, Threat } from '@advml/core';
import { denseStep } from '@advml/core/internal';
import {
  add,
  matMul,
  mul,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { linearWorstCase } from './linear-worst-case.ts';

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((total, value, at) => total + value * b[at], 0);
const minus = (a: readonly number[], b: readonly number[]) => a.map((value, at) => value - b[at]);
const plus = (a: readonly number[], b: readonly number[]) => a.map((value, at) => value + b[at]);

/** A model whose worst case is known in closed form, computed in double precision. */
export interface LinearModel {
  /** The model: any input shape with as many entries as there are weights. */
  readonly model: Classifier;
  /** The margin loss at an input: positive where the model is wrong. */
  loss(x: readonly number[], y: number): number;
  /** The allowed perturbation with the largest margin loss. */
  worst(x: readonly number[], y: number, threat: Threat): number[];
  /** The largest margin loss that any allowed perturbation reaches. */
  worstLoss(x: readonly number[], y: number, threat: Threat): number;
}

const flat = (x: Tensor) => reshape(x, [x.shape[0], -1]);

/** What a linear model of flat inputs tells of itself. */
const linearSteps = (weights: readonly (readonly number[])[], biases: readonly number[]) => (): readonly Step[] => {
  const weight = () => tensor2d(weights.map((row) => [...row]));
  return [{ name: 'linear', ...denseStep([weights.length, weights[0].length], weight, () => tensor1d([...biases])) }];
};

/**
 * The linear score `<w, x> + b` with labels -1 and +1.
 *
 * @param w - Weights, one an entry of the input.
 * @param b - Bias.
 * @returns The model and its worst case.
 * @example
 * ```ts
 * const { model, worstLoss } = linearScore([1, -2], 0.5);
 * ```
 */
export function linearScore(w: readonly number[], b = 0): LinearModel {
  const loss = (x: readonly number[], y: number) => -y * (dot(w, x) + b);
  const worst = (x: readonly number[], y: number, threat: Threat) =>
    linearWorstCase(
      w.map((value) => -y * value),
      x,
      threat,
    );
  return {
    model: Object.assign((x: Tensor) => tidy(() => add(sum(mul(flat(x), tensor1d([...w])), 1), b) as Tensor1D), {
      steps: linearSteps([w], [b]),
    }),
    loss,
    worst,
    worstLoss: (x, y, threat) => loss(plus(x, worst(x, y, threat)), y),
  };
}

/**
 * The linear logits `W x + b` with class indices as labels.
 *
 * The worst case is the worst over the other classes, each a linear score of its own.
 *
 * @param weights - One row of weights a class.
 * @param biases - One a class.
 * @returns The model and its worst case.
 * @example
 * ```ts
 * const { model, worstLoss } = linearLogits([[1, 0], [0, 1], [-1, -1]], [0, 0, 0]);
 * ```
 */
export function linearLogits(weights: readonly (readonly number[])[], biases: readonly number[]): LinearModel {
  const others = (y: number) => weights.map((_, k) => k).filter((k) => k !== y);
  const ahead = (x: readonly number[], y: number, k: number) =>
    dot(minus(weights[k], weights[y]), x) + biases[k] - biases[y];
  const loss = (x: readonly number[], y: number) => Math.max(...others(y).map((k) => ahead(x, y, k)));
  const worst = (x: readonly number[], y: number, threat: Threat) =>
    others(y)
      .map((k) => linearWorstCase(minus(weights[k], weights[y]), x, threat))
      .reduce((best, delta) => (loss(plus(x, delta), y) > loss(plus(x, best), y) ? delta : best));
  return {
    model: Object.assign(
      (x: Tensor) =>
        tidy(() => {
          const logits = matMul(flat(x), tensor2d(weights.map((row) => [...row])), false, true);
          return add(logits, tensor1d([...biases]));
        }),
      { steps: linearSteps(weights, biases) },
    ),
    loss,
    worst,
    worstLoss: (x, y, threat) => loss(plus(x, worst(x, y, threat)), y),
  };
}
