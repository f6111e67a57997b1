import type { PiecewiseLinear } from '@advml/core';

/**
 * A network with one hidden layer, or a linear one without any, in double precision.
 *
 * ```math
 * f(x) = V a(W x + s) + b, \qquad\text{or}\qquad f(x) = W x + s
 * ```
 */
export interface TwoLayer {
  /** Entries of an input, d. */
  readonly inputs: number;
  /** Hidden neurons, m; of a linear model the outputs. */
  readonly neurons: number;
  /** W, row after row, [m, d]. */
  readonly weight: Float64Array;
  /** How far its entries may be from the true ones, [m, d]; 0 for weights that are taken as they are. */
  readonly weightError: Float64Array;
  /** s, [m]. */
  readonly shift: Float64Array;
  /** The same of s. */
  readonly shiftError: Float64Array;
  /** What follows; none of a linear model. */
  readonly hidden?: {
    /** a. */
    readonly pieces: PiecewiseLinear;
    /** V, row after row, [outputs, m]. */
    readonly last: Float64Array;
    /** How far its entries may be from the true ones. */
    readonly lastError: Float64Array;
    /** b, [outputs]. */
    readonly bias: Float64Array;
    /** The same of b. */
    readonly biasError: Float64Array;
  };
  /** Number of outputs: 1 for scores. */
  readonly outputs: number;
}

/** A margin around one input: `constant + sum_i c_i a(u_i + (W delta)_i)`, or linear in delta. */
export interface Margin {
  /** Coefficients of the neurons, c, [m]. */
  readonly coefficients: Float64Array;
  /** How far they may be from the true ones, [m]. */
  readonly coefficientErrors: Float64Array;
  /** The constant. */
  readonly constant: number;
  /** How far it may be from the true one. */
  readonly constantError: number;
}

/** The margins of a label: `y f`, or its logit less each other one. */
export function marginsOf({ neurons, hidden, outputs }: TwoLayer, label: number): readonly Margin[] {
  const none = new Float64Array(neurons);
  const rowOf = (matrix: Float64Array, output: number) => matrix.subarray(output * neurons, (output + 1) * neurons);
  const row = (output: number) => (hidden ? rowOf(hidden.last, output) : none.with(output, 1));
  const errors = (output: number) => (hidden ? rowOf(hidden.lastError, output) : none);
  const biasOf = (output: number) => (hidden ? hidden.bias[output] : 0);
  const biasError = (output: number) => (hidden ? hidden.biasError[output] : 0);
  if (outputs === 1)
    return [
      {
        coefficients: row(0).map((value) => label * value),
        coefficientErrors: errors(0),
        constant: label * biasOf(0),
        constantError: biasError(0),
      },
    ];
  const others = Array.from({ length: outputs }, (_, k) => k).filter((k) => k !== label);
  return others.map((k) => {
    const [other, otherErrors] = [row(k), errors(k)];
    return {
      coefficients: row(label).map((value, at) => value - other[at]),
      coefficientErrors: errors(label).map((error, at) => error + otherErrors[at]),
      constant: biasOf(label) - biasOf(k),
      constantError: biasError(label) + biasError(k),
    };
  });
}

/** How far each neuron's argument may be from the true one where entries are no larger than they are here, [m]. */
export function argumentErrors(
  { inputs, neurons, weightError, shiftError }: TwoLayer,
  largest: ArrayLike<number>,
): Float64Array {
  const errors = shiftError.slice();
  for (let neuron = 0, at = 0; neuron < neurons; neuron++)
    for (let entry = 0; entry < inputs; entry++, at++) errors[neuron] += weightError[at] * largest[entry];
  return errors;
}

/** `W delta`, [m]. */
export function forward({ inputs, neurons, weight }: TwoLayer, delta: ArrayLike<number>, out: Float64Array): void {
  for (let neuron = 0, at = 0; neuron < neurons; neuron++) {
    let sum = 0;
    for (let entry = 0; entry < inputs; entry++, at++) sum += weight[at] * delta[entry];
    out[neuron] = sum;
  }
}

/** `W^T alpha`, [d]. */
export function backward({ inputs, neurons, weight }: TwoLayer, alpha: ArrayLike<number>, out: Float64Array): void {
  out.fill(0);
  for (let neuron = 0, at = 0; neuron < neurons; neuron++, at += inputs) {
    const factor = alpha[neuron];
    if (factor === 0) continue;
    for (let entry = 0; entry < inputs; entry++) out[entry] += factor * weight[at + entry];
  }
}
