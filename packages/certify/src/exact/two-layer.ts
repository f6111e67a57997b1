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
  /** s, [m]. */
  readonly shift: Float64Array;
  /** What follows; none of a linear model. */
  readonly hidden?: {
    /** a. */
    readonly pieces: PiecewiseLinear;
    /** V, row after row, [outputs, m]. */
    readonly last: Float64Array;
    /** b, [outputs]. */
    readonly bias: Float64Array;
  };
  /** Number of outputs: 1 for scores. */
  readonly outputs: number;
}

/** A margin around one input: `constant + sum_i c_i a(u_i + (W delta)_i)`, or linear in delta. */
export interface Margin {
  /** Coefficients of the neurons, c, [m]. */
  readonly coefficients: Float64Array;
  /** The constant. */
  readonly constant: number;
}

/** The margins of a label: `y f`, or its logit less each other one. */
export function marginsOf({ neurons, hidden, outputs }: TwoLayer, label: number): readonly Margin[] {
  const row = (output: number) =>
    hidden
      ? hidden.last.subarray(output * neurons, (output + 1) * neurons)
      : Float64Array.from({ length: neurons }, (_, at) => Number(at === output));
  const biasOf = (output: number) => (hidden ? hidden.bias[output] : 0);
  if (outputs === 1) return [{ coefficients: row(0).map((value) => label * value), constant: label * biasOf(0) }];
  const others = Array.from({ length: outputs }, (_, k) => k).filter((k) => k !== label);
  return others.map((k) => {
    const other = row(k);
    return {
      coefficients: row(label).map((value, at) => value - other[at]),
      constant: biasOf(label) - biasOf(k),
    };
  });
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
