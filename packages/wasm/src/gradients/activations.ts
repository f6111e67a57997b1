import {
  add,
  backend_util,
  type GradConfig,
  type LeakyReluAttrs,
  mul,
  relu,
  sigmoid,
  step,
  sub,
} from '@tensorflow/tfjs-core';
import { fromInput, fromOutput, gradient, sumTo } from './gradient.ts';

const { SELU_SCALE, SELU_SCALEALPHA } = backend_util;

/** Activation functions. At its corners a rectifier counts as flat. */
export const activations: readonly GradConfig[] = [
  fromOutput('Relu', (dy, y) => mul(dy, step(y))),
  fromOutput('Relu6', (dy, y) => mul(dy, mul(step(y), step(sub(6, y))))),
  fromOutput('Elu', (dy, y) => mul(dy, add(1, sub(y, relu(y))))), // 1, or 1 + y = exp(x)
  fromOutput('Selu', (dy, y) => {
    const open = step(y);
    const closed = mul(sub(1, open), add(y, SELU_SCALEALPHA));
    return mul(dy, add(mul(open, SELU_SCALE), closed));
  }),
  gradient<LeakyReluAttrs>('LeakyRelu', { inputs: ['x'] }, (dy, [x], { alpha }) => ({
    x: () => mul(dy, step(x, alpha)),
  })),
  gradient('Prelu', { inputs: ['x', 'alpha'] }, (dy, [x, alpha]) => ({
    x: () => mul(dy, add(step(x), mul(sub(1, step(x)), alpha))),
    alpha: () => sumTo(mul(dy, sub(x, relu(x))), alpha.shape),
  })),
  fromOutput('Sigmoid', (dy, y) => mul(dy, mul(y, sub(1, y)))),
  fromInput('Softplus', (dy, x) => mul(dy, sigmoid(x))),
];
