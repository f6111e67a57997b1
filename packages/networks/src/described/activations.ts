import type { Json } from '@advml/core';
import { abs, elu, leakyRelu, relu, relu6, selu, sigmoid, softplus, type Tensor, tanh } from '@tensorflow/tfjs-core';
import { type PiecewiseLinearActivation, piecewiseLinear } from '../layers/piecewise-linear.ts';
import type { Reader } from './reader.ts';

/** A function of each entry. */
type Activation = (x: Tensor) => Tensor;

/** The activation functions of tfjs by which a network may describe itself. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  relu,
  elu,
  leakyRelu,
  relu6,
  selu,
  sigmoid,
  softplus,
  tanh,
  abs,
};

/** What a function is called there, or its knots and slopes; none for any other, such as one of the user's own. */
export function describedActivation(f: Activation = relu): Json | undefined {
  const { pieces } = f as Partial<PiecewiseLinearActivation>;
  if (pieces) return { kind: 'piecewise-linear', ...pieces };
  return Object.keys(ACTIVATIONS).find((name) => ACTIVATIONS[name] === f);
}

/** The function that a field describes. */
export function activationFrom(read: Reader, field: string): Activation {
  if (!read.isRecord(field)) return ACTIVATIONS[read.word(field, Object.keys(ACTIVATIONS))];
  const pieces = read.layer(field);
  pieces.word('kind', ['piecewise-linear']);
  const f = piecewiseLinear({
    knots: pieces.numbers('knots'),
    slopes: pieces.numbers('slopes'),
    value: pieces.number('value'),
  });
  pieces.end();
  return f;
}
