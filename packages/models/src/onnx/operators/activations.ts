import {
  abs,
  add,
  clipByValue,
  div,
  elu,
  erf,
  expm1,
  greater,
  greaterEqual,
  leakyRelu,
  lessEqual,
  logSoftmax,
  mul,
  neg,
  relu,
  reshape,
  selu,
  sigmoid,
  softmax,
  softplus,
  type Tensor,
  tanh,
  transpose,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { axisOf, sizeOf } from '../graph/axes.ts';
import { type Call, elementwise, type Operator, plain } from '../graph/operator.ts';

/** The part below zero, min(x, 0), whose slope at zero is 0. */
const below = (x: Tensor) => neg(relu(neg(x)));

/** Linear above zero, saturating at -alpha below. */
const saturating = (x: Tensor, alpha: number, width: number) => add(relu(x), mul(alpha, expm1(div(below(x), width))));

function geluOf(x: Tensor, approximate: string): Tensor {
  const inner =
    approximate === 'tanh'
      ? tanh(mul(Math.sqrt(2 / Math.PI), add(x, mul(0.044715, mul(x, mul(x, x))))))
      : erf(mul(Math.SQRT1_2, x));
  return mul(mul(0.5, x), add(1, inner));
}

/** Between two bounds, which are attributes before opset 11; each may be left out. At them the slope is 0, as that of relu at zero. */
function clipped([x, low, high]: Tensor[], { attributes }: Call): Tensor {
  const [least, most] = [low ?? attributes.float('min'), high ?? attributes.float('max')];
  const raised = least === undefined ? x : where(lessEqual(x, least), least, x);
  return most === undefined ? raised : where(greaterEqual(raised, most), most, raised);
}

/** Softmax and the like. Before opset 13 all axes from the given one on count as one. */
const normalized = (f: (x: Tensor) => Tensor): Operator =>
  plain('axis', ([x], { attributes, opset, label }) => {
    const axis = axisOf(attributes.int('axis') ?? (opset < 13 ? 1 : -1), x.rank, label);
    if (opset < 13) {
      const rows = sizeOf(x.shape.slice(0, axis));
      return reshape(f(reshape(x, [rows, x.size / rows])), x.shape);
    }
    if (axis === x.rank - 1) return f(x);
    const order = x.shape.map((_, at) => (at === axis ? x.rank - 1 : at === x.rank - 1 ? axis : at));
    return transpose(f(transpose(x, order)), order);
  });

/** Activation functions. */
export const activations: Readonly<Record<string, Operator>> = {
  Celu: elementwise('alpha', ([x], { attributes }) => {
    const alpha = attributes.float('alpha') ?? 1;
    return saturating(x, alpha, alpha);
  }),
  Clip: elementwise('min max', clipped),
  Elu: elementwise('alpha', ([x], { attributes }) => {
    const alpha = attributes.float('alpha') ?? 1;
    return alpha === 1 ? elu(x) : saturating(x, alpha, 1);
  }),
  Gelu: elementwise('approximate', ([x], { attributes }) => geluOf(x, attributes.text('approximate') ?? 'none')),
  HardSigmoid: elementwise('alpha beta', ([x], { attributes }) =>
    clipByValue(add(mul(attributes.float('alpha') ?? 0.2, x), attributes.float('beta') ?? 0.5), 0, 1),
  ),
  HardSwish: elementwise('', ([x]) => mul(x, clipByValue(add(div(x, 6), 0.5), 0, 1))),
  LeakyRelu: elementwise('alpha', ([x], { attributes }) => leakyRelu(x, attributes.float('alpha') ?? 0.01)),
  LogSoftmax: normalized(logSoftmax),
  Mish: elementwise('', ([x]) => mul(x, tanh(softplus(x)))),
  PRelu: elementwise('', ([x, slope]) => add(relu(x), mul(slope, below(x)))),
  Relu: elementwise('', ([x]) => relu(x)),
  Selu: elementwise('alpha gamma', ([x], { attributes }) => {
    const [alpha, gamma] = [attributes.float('alpha'), attributes.float('gamma')];
    return alpha === undefined && gamma === undefined
      ? selu(x)
      : mul(gamma ?? 1.0507009873554805, saturating(x, alpha ?? 1.6732632423543772, 1));
  }),
  Sigmoid: elementwise('', ([x]) => sigmoid(x)),
  Softmax: normalized(softmax),
  Softplus: elementwise('', ([x]) => softplus(x)),
  Softsign: elementwise('', ([x]) => div(x, add(1, abs(x)))),
  Swish: elementwise('alpha', ([x], { attributes }) => mul(x, sigmoid(mul(attributes.float('alpha') ?? 1, x)))),
  Tanh: elementwise('', ([x]) => tanh(x)),
  ThresholdedRelu: elementwise('alpha', ([x], { attributes }) =>
    where(greater(x, attributes.float('alpha') ?? 1), x, zerosLike(x)),
  ),
};
