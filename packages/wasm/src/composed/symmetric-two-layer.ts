import type { ExtraKernels } from '@advml/core/internal';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { count, extraKernel, floats, type KernelCall, type KernelTopic, kernel } from '../kernel.ts';
import { type SplitRows, splitRows } from './split-rows.ts';

/** Inputs of `SymmetricTwoLayer`. */
export type Network = ExtraKernels['SymmetricTwoLayer']['inputs'];

/** What the gradients of `SymmetricTwoLayer` start from. */
export interface Upstream {
  /** Preactivations [m, n], as the forward kernel returned them. */
  readonly preactivations: TensorInfo;
  /** Threshold, as in {@link Network}. */
  readonly bias: TensorInfo;
  /** Gradient of the outputs, [n]. */
  readonly dy: TensorInfo;
}

/**
 * The symmetric two-layer network in one kernel, and its three gradients.
 *
 * ```math
 * f(x) = \sum_i \mathrm{relu}(u_i - b) - \mathrm{relu}(-u_i - b), \qquad u = W x
 * ```
 *
 * Rows of x with few nonzero entries touch only the columns of W that they need; the others go through one matrix
 * product. The way is chosen row by row and the outputs are summed in double precision in the order of the neurons,
 * so the bits of an example's output do not depend on the rest of its batch.
 */
export const symmetricTwoLayer: KernelTopic = () => [
  extraKernel('SymmetricTwoLayer', (call) => {
    const { inputs, backend, make } = call;
    requireShapes(inputs);
    const u = preactivations(call);
    const [m, n] = u.shape;
    const output = make([n]);
    floats(backend, output).set(outputs(floats(backend, u), thresholdsOf(call), m, n));
    return [output, u];
  }),

  kernel<Upstream & Pick<Network, 'x'>>('SymmetricTwoLayerWeightGrad', (call) => {
    const { inputs, backend, run, make } = call;
    const { x, preactivations } = inputs;
    const [n, d] = x.shape;
    const m = preactivations.shape[0];
    const rows = splitRows(floats(backend, x), n, d);
    let out: TensorInfo;
    if (rows.dense.length > 0) {
      const a = coefficients(call, rows.dense); // [m, dense rows]
      const b = pick(call, x, rows.dense);
      out = run('BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
    } else {
      out = make([m, d]);
      floats(backend, out).fill(0);
    }
    const [u, dy] = [floats(backend, preactivations), floats(backend, inputs.dy)];
    addSparseOuterProducts(u, thresholdsOf(call), dy, rows, floats(backend, out), m, n, d);
    return out;
  }),

  kernel<Upstream & Pick<Network, 'weight'>>('SymmetricTwoLayerInputGrad', (call) => {
    const { inputs, run } = call;
    const n = inputs.preactivations.shape[1];
    const all = Int32Array.from({ length: n }, (_, row) => row);
    const a = coefficients(call, all); // [m, n]
    return run('BatchMatMul', { a, b: inputs.weight }, { transposeA: true, transposeB: false });
  }),

  kernel<Upstream>('SymmetricTwoLayerBiasGrad', (call) => {
    const { inputs, backend, make } = call;
    const [m, n] = inputs.preactivations.shape;
    const out = make(inputs.bias.shape);
    const { t, step } = thresholdsOf(call);
    const [u, g, to] = [inputs.preactivations, inputs.dy, out].map((info) => floats(backend, info));
    let total = 0;
    for (let neuron = 0, at = 0; neuron < m; neuron++) {
      for (let row = 0; row < n; row++, at++) {
        const threshold = t[at * step];
        const slope = (u[at] < -threshold ? g[row] : 0) - (u[at] > threshold ? g[row] : 0);
        if (step === 0) total += slope;
        else to[at] = slope;
      }
    }
    if (step === 0) to[0] = total;
    return out;
  }),
];

/** @throws RangeError if the shapes do not fit. */
export function requireShapes({ x, weight, bias }: Network) {
  if (x.shape.length !== 2 || weight.shape.length !== 2 || x.shape[1] !== weight.shape[1]) {
    throw new RangeError(`SymmetricTwoLayer: needs x [n, d] and weight [m, d], got [${x.shape}] and [${weight.shape}]`);
  }
  const entries = [weight.shape[0], x.shape[0]];
  if (count(bias.shape) !== 1 && String(bias.shape) !== String(entries)) {
    throw new RangeError(`SymmetricTwoLayer: bias must be one number or [m, n], [${entries}], got [${bias.shape}]`);
  }
}

/** Thresholds of the preactivations: that of entry i is `t[i * step]`. */
interface Thresholds {
  readonly t: Float32Array;
  readonly step: 0 | 1;
}

/** Whether every entry of the preactivations has a threshold of its own. */
export function hasOwnThresholds(bias: TensorInfo): boolean {
  return count(bias.shape) !== 1;
}

function thresholdsOf({ inputs: { bias }, backend }: KernelCall<Pick<Network, 'bias'>, unknown>): Thresholds {
  return { t: floats(backend, bias), step: hasOwnThresholds(bias) ? 1 : 0 };
}

/** W X^T: [m, n]. */
function preactivations(call: KernelCall<Network, unknown>): TensorInfo {
  const { inputs, backend, run, make } = call;
  const { x, weight } = inputs;
  const [n, d] = x.shape;
  const m = weight.shape[0];
  const rows = splitRows(floats(backend, x), n, d);
  const denseProduct = () =>
    run('BatchMatMul', { a: weight, b: pick(call, x, rows.dense) }, { transposeA: false, transposeB: true });
  if (n > 0 && rows.dense.length === n) return denseProduct();
  const product = rows.dense.length > 0 ? denseProduct() : undefined; // [m, dense rows]
  const out = make([m, n]);
  const u = floats(backend, out);
  sparseProduct(floats(backend, weight), rows, u, m, n, d);
  if (product !== undefined) scatter(floats(backend, product), rows.dense, u, m, n);
  return out;
}

/** Rows of x, picked by number; x itself if all are. */
export function pick({ backend, make }: KernelCall<unknown, unknown>, x: TensorInfo, rows: Int32Array): TensorInfo {
  const [n, width] = x.shape;
  if (rows.length === n) return x;
  const out = make([rows.length, width]);
  const [from, to] = [floats(backend, x), floats(backend, out)];
  for (const [at, row] of rows.entries()) to.set(from.subarray(row * width, (row + 1) * width), at * width);
  return out;
}

/** Takes four neurons at a time, so that an entry of x is read once for four weights; the last ones may repeat. */
function sparseProduct(w: Float32Array, rows: SplitRows, u: Float32Array, m: number, n: number, d: number) {
  const { sparse, starts, columns, values } = rows;
  for (let first = 0; first < m; first += 4) {
    const [second, third, fourth] = [1, 2, 3].map((more) => Math.min(first + more, m - 1));
    const [w1, w2, w3, w4] = [first * d, second * d, third * d, fourth * d];
    const [u1, u2, u3, u4] = [first * n, second * n, third * n, fourth * n];
    for (let at = 0, entry = 0; at < sparse.length; at++) {
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      let sum4 = 0;
      for (const end = starts[at + 1]; entry < end; entry++) {
        const column = columns[entry];
        const value = values[entry];
        sum1 += w[w1 + column] * value;
        sum2 += w[w2 + column] * value;
        sum3 += w[w3 + column] * value;
        sum4 += w[w4 + column] * value;
      }
      const row = sparse[at];
      u[u1 + row] = sum1;
      u[u2 + row] = sum2;
      u[u3 + row] = sum3;
      u[u4 + row] = sum4;
    }
  }
}

/** Puts the columns of a product [m, rows.length] where they belong in u [m, n]. */
export function scatter(product: Float32Array, rows: Int32Array, u: Float32Array, m: number, n: number) {
  const length = product.length / m;
  for (let neuron = 0; neuron < m; neuron++) {
    for (let at = 0; at < rows.length; at++) u[neuron * n + rows[at]] = product[neuron * length + at];
  }
}

/** Sums over the neurons, in double precision. The comparisons are negated so that NaN is not lost. */
function outputs(u: Float32Array, { t, step }: Thresholds, m: number, n: number): Float64Array {
  const total = new Float64Array(n);
  for (let neuron = 0, at = 0; neuron < m; neuron++) {
    for (let row = 0; row < n; row++, at++) {
      const b = t[at * step];
      if (!(u[at] <= b)) total[row] += u[at] - b;
      if (!(u[at] >= -b)) total[row] += u[at] + b;
    }
  }
  return total;
}

/**
 * df/du times the gradient of the output, for some examples.
 *
 * @returns [m, rows].
 */
export function coefficients(call: KernelCall<Upstream, unknown>, rows: Int32Array): TensorInfo {
  const { inputs, backend, make } = call;
  const [m, n] = inputs.preactivations.shape;
  const out = make([m, rows.length]);
  const [u, g, to] = [inputs.preactivations, inputs.dy, out].map((info) => floats(backend, info));
  const { t, step } = thresholdsOf(call);
  to.fill(0);
  for (let neuron = 0; neuron < m; neuron++) {
    for (let at = 0; at < rows.length; at++) {
      const entry = neuron * n + rows[at];
      const [preactivation, b] = [u[entry], t[entry * step]];
      if (preactivation <= b && preactivation >= -b) continue;
      to[neuron * rows.length + at] = g[rows[at]] * activeSides(preactivation, b);
    }
  }
  return out;
}

/** How many of the two rectifiers are open. */
function activeSides(preactivation: number, b: number): number {
  return (preactivation > b ? 1 : 0) + (preactivation < -b ? 1 : 0);
}

function addSparseOuterProducts(
  u: Float32Array,
  { t, step }: Thresholds,
  dy: Float32Array,
  { sparse, starts, columns, values }: SplitRows,
  out: Float32Array,
  m: number,
  n: number,
  d: number,
) {
  for (let neuron = 0; neuron < m; neuron++) {
    const target = neuron * d;
    for (let at = 0; at < sparse.length; at++) {
      const row = sparse[at];
      const entry = neuron * n + row;
      const [preactivation, b] = [u[entry], t[entry * step]];
      if (preactivation <= b && preactivation >= -b) continue;
      const factor = dy[row] * activeSides(preactivation, b);
      for (let each = starts[at]; each < starts[at + 1]; each++) out[target + columns[each]] += factor * values[each];
    }
  }
}
