import type { TensorInfo } from '@tensorflow/tfjs-core';
import {
  coefficients,
  hasOwnThresholds,
  type Network,
  pick,
  requireShapes,
  scatter,
  type Upstream,
} from '../composed/symmetric-two-layer.ts';
import { extraKernel, floats, type KernelCall, kernel, pointer } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import { multiply } from './multiply.ts';
import type { NativeKernels } from './native-kernels.ts';
import type { NativeTopic } from './native-topic.ts';
import { nonzerosOf } from './nonzeros.ts';

/** Share of active entries from which a dense product is faster than lists of them. */
const MANY = 0.5;

/**
 * The symmetric two-layer network by the native module: gradients in x and W touch active entries only.
 *
 * Lists and dense products sum in the same order, so the bits of an example's gradient do not depend on which of the two
 * its batch takes, as long as the weights are finite.
 */
export const symmetricTwoLayer: NativeTopic = (native, composed) => {
  const { exports } = native;
  const composedWeightGrad = composed('SymmetricTwoLayerWeightGrad');

  return [
    extraKernel('SymmetricTwoLayer', (call) => {
      const { inputs, backend, make, scratch } = call;
      requireShapes(inputs);
      const u = preactivations(call, native);
      const n = u.shape[1];
      const output = make([n]);
      const totals = scratch(8 * n);
      exports.scores(...entriesOf(call, u), totals);
      floats(backend, output).set(new Float64Array(heapOf(backend).HEAPU8.buffer, totals, n));
      return [output, u];
    }),

    kernel<Upstream & Pick<Network, 'x'>>('SymmetricTwoLayerWeightGrad', (call) => {
      const { inputs, backend, run, make, scratch } = call;
      const [x, u] = [inputs.x, inputs.preactivations];
      const [n, d] = x.shape;
      const m = u.shape[0];
      const network = entriesOf(call, u);
      const offsets = scratch(4 * (m + 1));
      const length = exports.countByNeuron(...network, offsets);
      const rows = nonzerosOf(call, native, x);
      const sparse = rows.dense.length === 0;
      if (!sparse && length > MANY * m * n) return run(composedWeightGrad, inputs);
      const [index, factor] = [scratch(4 * length), scratch(4 * length)];
      const work = sparse ? 0 : scratch(exports.gatherBytes(n));
      const out = make([m, d]);
      exports.listByNeuron(...network, pointer(backend, inputs.dy), index, factor);
      const [lists, to] = [[m, d, offsets, index, factor] as const, pointer(backend, out)];
      if (sparse) exports.sparseGather(...lists, rows.offsets, rows.columns, rows.values, to);
      else exports.gather(m, d, n, offsets, index, factor, pointer(backend, x), to, work);
      return out;
    }),

    kernel<Upstream & Pick<Network, 'weight'>>('SymmetricTwoLayerInputGrad', (call) => {
      const { inputs, backend, make, scratch } = call;
      const { weight, preactivations: u } = inputs;
      const [m, n] = u.shape;
      const d = weight.shape[1];
      const network = entriesOf(call, u);
      const offsets = scratch(4 * (n + 1));
      const length = exports.countByExample(...network, offsets);
      if (length > MANY * m * n) return denseInputGrad(call, n);
      const [index, factor, work] = [scratch(4 * length), scratch(4 * length), scratch(exports.gatherBytes(m))];
      const out = make([n, d]);
      exports.listByExample(...network, pointer(backend, inputs.dy), offsets, index, factor);
      exports.gather(n, d, m, offsets, index, factor, pointer(backend, weight), pointer(backend, out), work);
      return out;
    }),

    kernel<Upstream>('SymmetricTwoLayerBiasGrad', (call) => {
      const { inputs, backend, make, scratch } = call;
      const out = make(inputs.bias.shape);
      const [m, n, u, t] = entriesOf(call, inputs.preactivations);
      if (hasOwnThresholds(inputs.bias)) {
        exports.thresholdSlopes(m, n, u, t, pointer(backend, inputs.dy), pointer(backend, out));
        return out;
      }
      const counts = scratch(4 * n);
      exports.balance(m, n, u, t, counts);
      const balances = new Int32Array(heapOf(backend).HEAPU8.buffer, counts, n);
      const dy = floats(backend, inputs.dy);
      floats(backend, out)[0] = balances.reduce((total, each, at) => total + each * dy[at], 0);
      return out;
    }),
  ];

  function denseInputGrad(call: KernelCall<Upstream & Pick<Network, 'weight'>, unknown>, n: number): TensorInfo {
    const all = Int32Array.from({ length: n }, (_, row) => row);
    const a = coefficients(call, all); // [m, n]
    return multiply(call, native, { a, b: call.inputs.weight }, { transposeA: true, transposeB: false });
  }
};

/** W X^T, [m, n]: sparse rows of x by their entries, the others by one dense product. */
function preactivations(call: KernelCall<Network, unknown>, native: NativeKernels): TensorInfo {
  const { inputs, backend, run, make, scratch } = call;
  const { x, weight } = inputs;
  const [[n, d], [m]] = [x.shape, weight.shape];
  const { dense, ...rows } = nonzerosOf(call, native, x);
  const product =
    dense.length > 0
      ? run('BatchMatMul', { a: weight, b: pick(call, x, dense) }, { transposeA: false, transposeB: true })
      : undefined; // [m, dense rows]
  if (product !== undefined && dense.length === n) return product;
  const work = scratch(native.exports.sparseProductBytes(d));
  const out = make([m, n]);
  const [w, to] = [pointer(backend, weight), pointer(backend, out)];
  native.exports.sparseProduct(m, n, d, w, rows.offsets, rows.columns, rows.values, to, work);
  if (product !== undefined) scatter(floats(backend, product), dense, floats(backend, out), m, n);
  return out;
}

/** Preactivations u [m, n] and their thresholds, as the native module wants them; see `assembly/active.ts`. */
function entriesOf(
  { inputs: { bias }, backend, scratch }: KernelCall<Pick<Network, 'bias'>, unknown>,
  u: TensorInfo,
): readonly [m: number, n: number, u: number, t: number, step: number] {
  const [m, n] = u.shape;
  if (hasOwnThresholds(bias)) return [m, n, pointer(backend, u), pointer(backend, bias), 4];
  const four = scratch(16);
  new Float32Array(heapOf(backend).HEAPU8.buffer, four, 4).fill(floats(backend, bias)[0]);
  return [m, n, pointer(backend, u), four, 0];
}
