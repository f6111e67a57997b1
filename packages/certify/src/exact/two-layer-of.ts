import { type AffineStep, InputError } from '@advml/core';
import { transposed } from '@advml/core/internal';
import { add, eye, range, reshape, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import type { CertifyTask } from '../certifier-of.ts';
import { graphOf, type Value } from '../layered/graph.ts';
import { requireSameOutput } from '../layered/require-same-output.ts';
import { gamma, UNDERFLOW } from '../layered/rounding.ts';
import { biasesOf } from '../layered/trace.ts';
import type { TwoLayer } from './two-layer.ts';

/** An affine function in double precision: `M t + s`, M row after row; and how far its numbers may be from the true ones. */
interface Affine {
  readonly inputs: number;
  readonly outputs: number;
  readonly matrix: Float64Array;
  readonly matrixError: Float64Array;
  readonly shift: Float64Array;
  readonly shiftError: Float64Array;
}

function numbersOf(step: AffineStep, make: () => Tensor): Float64Array {
  const tensor = tidy(make);
  const numbers = Float64Array.from(tensor.dataSync());
  tensor.dispose();
  const bad = numbers.find((number) => !Number.isFinite(number));
  if (bad !== undefined) throw new InputError(`weights of layer '${step.name}' must be finite, got ${bad}`);
  return numbers;
}

/** What a sum of products in double precision may be off, as a share of the sum of their absolute values. */
const lostOf = (terms: number): number => (terms + 2) * 2 ** -52;

/**
 * The matrix of a step, by its rows or its columns, whichever are fewer: float32 multiplies each entry by one and adds zeros, which is
 * exact. Entries that were rounded before, such as 1/9, are off by a share of those of the absolute map.
 */
function affineOf(step: AffineStep, from: Value): Affine {
  const [inputs, outputs] = [from.size, step.shape.reduce((product, length) => product * length, 1)];
  const roundings = step.roundings ?? step.terms;
  const units = (count: number, shape: readonly number[]) => reshape(eye(count), [count, ...shape]);
  const matrixOf = (map: AffineStep['map']) => {
    if (outputs < inputs) return numbersOf(step, () => map.transpose(units(outputs, step.shape)));
    return transposed(
      numbersOf(step, () => map.apply(units(inputs, from.shape))),
      inputs,
      outputs,
    );
  };
  const error = (entry: number) => (entry === 0 ? 0 : 2 * gamma(roundings) * entry + UNDERFLOW);
  const shift = numbersOf(step, () => {
    const none = zeros([1, ...step.shape]);
    return step.bias ? add(none, step.bias()) : none;
  });
  return {
    inputs,
    outputs,
    matrix: matrixOf(step.map),
    matrixError: roundings > 0 ? matrixOf(step.absolute).map(error) : new Float64Array(inputs * outputs),
    shift,
    shiftError: new Float64Array(outputs),
  };
}

/** One affine function after another. */
function after(before: Affine, own: Affine): Affine {
  const { inputs, outputs } = own;
  const [width, lost] = [before.inputs, lostOf(inputs)];
  const [matrix, matrixError] = [new Float64Array(outputs * width), new Float64Array(outputs * width)];
  const [shift, shiftError] = [own.shift.slice(), own.shift.map((constant) => lost * Math.abs(constant))];
  for (let o = 0; o < outputs; o++) {
    shiftError[o] += own.shiftError[o];
    for (let i = 0; i < inputs; i++) {
      const [factor, error] = [own.matrix[o * inputs + i], own.matrixError[o * inputs + i]];
      if (factor === 0 && error === 0) continue;
      // What is off: the other factor times the error of this one, this one times the error of the other, and the sum's rounding.
      const [size, rest] = [Math.abs(factor) + error, error + lost * Math.abs(factor)];
      shift[o] += factor * before.shift[i];
      shiftError[o] += size * before.shiftError[i] + rest * Math.abs(before.shift[i]);
      for (let at = o * width, from = i * width; from < (i + 1) * width; at++, from++) {
        matrix[at] += factor * before.matrix[from];
        matrixError[at] += size * before.matrixError[from] + rest * Math.abs(before.matrix[from]);
      }
    }
  }
  return { inputs: width, outputs, matrix, matrixError, shift, shiftError };
}

/** Whether a step, one without sums, gives all entries as they come. */
const isReshape = (step: AffineStep, { size, shape }: Value): boolean =>
  step.terms === 0 &&
  numbersOf(step, () => step.map.apply(reshape(range(0, size), [1, ...shape]))).every((one, at) => one === at);

/** All affine functions of a list, as one. */
function affineChain(values: readonly Value[], first: number, last: number): Affine {
  let whole: Affine | undefined;
  for (let at = first; at <= last; at++) {
    const { step, from } = values[at];
    if (isReshape(step as AffineStep, values[from[0]])) continue;
    const own = affineOf(step as AffineStep, values[from[0]]);
    whole = whole ? after(whole, own) : own;
  }
  if (whole) return whole;
  const { size } = values[last];
  const [matrix, none] = [new Float64Array(size * size), new Float64Array(size)];
  for (let at = 0; at < size; at++) matrix[at * size + at] = 1;
  return { inputs: size, outputs: size, matrix, matrixError: matrix.map(() => 0), shift: none, shiftError: none };
}

/**
 * A model as a linear one or as one with a single hidden layer, in double precision.
 *
 * @param owner - The certifier, for messages.
 * @param task - The examples, and a model that tells its layers.
 * @throws InputError if it has more than one layer of thresholds, maxima or branches, weights that are not finite, or steps that give
 * other outputs than it at the first example.
 */
export function twoLayerOf(owner: string, task: CertifyTask): TwoLayer {
  const values = graphOf(owner, task.model, task.x.shape.slice(1));
  const last = values.length - 1;
  const bends = values.flatMap(({ step }, at) => (step?.kind === 'bend' ? [at] : []));
  const odd = values.find(
    ({ step, from }, at) =>
      step && (step.kind === 'max' || step.kind === 'sum' || from.length > 1 || from[0] !== at - 1),
  );
  const beyond = odd?.step ?? values[bends[1]]?.step;
  if (beyond)
    throw new InputError(
      `${owner} is for linear models and networks with one hidden layer; layer '${beyond.name}' goes beyond: crown is for deeper ones`,
    );
  requireSameOutput(owner, values, biasesOf(values), task);
  const [bend] = bends;
  const before = affineChain(values, 1, bend === undefined ? last : bend - 1);
  const first = {
    inputs: before.inputs,
    neurons: before.outputs,
    weight: before.matrix,
    weightError: before.matrixError,
    shift: before.shift,
    shiftError: before.shiftError,
  };
  const { step } = values[bend] ?? {};
  if (step?.kind !== 'bend') return { ...first, outputs: before.outputs };
  const behind = affineChain(values, bend + 1, last);
  const hidden = {
    pieces: step.pieces,
    last: behind.matrix,
    lastError: behind.matrixError,
    bias: behind.shift,
    biasError: behind.shiftError,
  };
  return { ...first, hidden, outputs: behind.outputs };
}
