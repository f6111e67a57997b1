import * as tf from '@tensorflow/tfjs-core';
import { asTensor, resultOf } from '../compare.ts';
import type { Data } from '../random.ts';
import { numbers } from '../random.ts';
import { type Differentiable, expectDerivatives } from './derivatives.ts';

/**
 * Compares the gradients of a function with differences, and those of `<gradient, weights>`, in which the function's
 * gradients in all inputs meet random weights, likewise.
 */
export async function expectSecondDerivatives(
  f: Differentiable,
  inputs: readonly Data[],
  tolerance = 5e-3,
  onCpu = true,
) {
  await expectDerivatives(f, inputs, { onCpu });
  const squared: Differentiable = (...x) => tf.square(f(...x));
  const like = resultOf(() => f(...inputs.map(asTensor)));
  const dy = numbers(7, like.shape);
  await expectDerivatives(
    (...x) => {
      const gradients = tf.grads(squared)(x, asTensor(dy));
      const weighed = gradients.map((each, at) => tf.sum(tf.mul(each, asTensor(numbers(70 + at, each.shape)))));
      return weighed.length === 1 ? weighed[0] : tf.addN(weighed);
    },
    inputs,
    { tolerance, onCpu: false },
  );
}
