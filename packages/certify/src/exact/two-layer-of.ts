import { type AffineStep, type Classifier, InputError } from '@advml/core';
import { add, eye, reshape, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { graphOf, type Value } from '../layered/graph.ts';
import type { TwoLayer } from './two-layer.ts';

/** An affine function in double precision: `M t + s`, M row after row. */
interface Affine {
  readonly inputs: number;
  readonly outputs: number;
  readonly matrix: Float64Array;
  readonly shift: Float64Array;
}

function numbersOf(step: AffineStep, make: () => Tensor): Float64Array {
  const tensor = tidy(make);
  const numbers = Float64Array.from(tensor.dataSync());
  tensor.dispose();
  const bad = numbers.find((number) => !Number.isFinite(number));
  if (bad !== undefined) throw new InputError(`weights of layer '${step.name}' must be finite, got ${bad}`);
  return numbers;
}

/** The matrix of a step, by its columns: float32 multiplies each weight by one and adds zeros, which is exact. */
function affineOf(step: AffineStep, from: Value): Affine {
  const [inputs, outputs] = [from.size, step.shape.reduce((product, length) => product * length, 1)];
  const columns = numbersOf(step, () => step.map.apply(reshape(eye(inputs), [inputs, ...from.shape])));
  const shift = numbersOf(step, () => {
    const none = zeros([1, ...step.shape]);
    return step.bias ? add(none, step.bias()) : none;
  });
  const matrix = new Float64Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) matrix[o * inputs + i] = columns[i * outputs + o];
  return { inputs, outputs, matrix, shift };
}

/** One affine function after another. */
function after(before: Affine, { inputs, outputs, matrix, shift }: Affine): Affine {
  const [product, sum] = [new Float64Array(outputs * before.inputs), shift.slice()];
  for (let o = 0; o < outputs; o++) {
    const row = product.subarray(o * before.inputs, (o + 1) * before.inputs);
    for (let i = 0; i < inputs; i++) {
      const factor = matrix[o * inputs + i];
      if (factor === 0) continue;
      sum[o] += factor * before.shift[i];
      const other = before.matrix.subarray(i * before.inputs, (i + 1) * before.inputs);
      for (let j = 0; j < row.length; j++) row[j] += factor * other[j];
    }
  }
  return { inputs: before.inputs, outputs, matrix: product, shift: sum };
}

/** All affine functions of a list, as one. */
function affineChain(values: readonly Value[], first: number, last: number): Affine {
  let whole: Affine | undefined;
  for (let at = first; at <= last; at++) {
    const { step, from } = values[at];
    const own = affineOf(step as AffineStep, values[from[0]]);
    whole = whole ? after(whole, own) : own;
  }
  if (whole) return whole;
  const { size } = values[last];
  const matrix = new Float64Array(size * size);
  for (let at = 0; at < size; at++) matrix[at * size + at] = 1;
  return { inputs: size, outputs: size, matrix, shift: new Float64Array(size) };
}

/**
 * A model as a linear one or as one with a single hidden layer, in double precision.
 *
 * @param owner - The certifier, for messages.
 * @param model - A model that tells its layers.
 * @param input - Shape of an input.
 * @throws InputError if it has more than one layer of thresholds, maxima or branches, or weights that are not finite.
 */
export function twoLayerOf(owner: string, model: Classifier, input: readonly number[]): TwoLayer {
  const values = graphOf(owner, model, input);
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
  const [bend] = bends;
  const before = affineChain(values, 1, bend === undefined ? last : bend - 1);
  const sizes = { inputs: before.inputs, neurons: before.outputs, weight: before.matrix, shift: before.shift };
  const { step } = values[bend] ?? {};
  if (step?.kind !== 'bend') return { ...sizes, outputs: before.outputs };
  const behind = affineChain(values, bend + 1, last);
  const hidden = { pieces: step.pieces, last: behind.matrix, bias: behind.shift };
  return { ...sizes, hidden, outputs: behind.outputs };
}
