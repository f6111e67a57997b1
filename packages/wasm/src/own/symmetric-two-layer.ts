import type { TensorInfo } from '@tensorflow/tfjs-core';
import { floats, type KernelCall, kernel, pointer } from '../kernels/kernel.ts';
import { heapOf } from '../kernels/memory.ts';
import {
  coefficients,
  type Network,
  preactivations,
  requireShapes,
  type Upstream,
} from '../kernels/symmetric-two-layer.ts';
import { multiply } from './multiply.ts';
import type { OwnTopic } from './own-topic.ts';

/** Share of active entries from which a dense product is faster than lists of them. */
const MANY = 0.5;

/**
 * The symmetric two-layer network by the own module: gradients in x and W touch active entries only.
 *
 * Lists and dense products sum in the same order, so the bits of an example's gradient do not depend on which of the two
 * its batch takes, as long as the weights are finite.
 */
export const symmetricTwoLayer: OwnTopic = (own, composed) => {
  const { exports } = own;
  const composedWeightGrad = composed('SymmetricTwoLayerWeightGrad');

  return [
    kernel<Network>('SymmetricTwoLayer', (call) => {
      const { inputs, backend, make, scratch } = call;
      requireShapes(inputs);
      const u = preactivations(call);
      const [m, n] = u.shape;
      const output = make([n]);
      const totals = scratch(8 * n);
      exports.scores(m, n, pointer(backend, u), floats(backend, inputs.bias)[0], totals);
      floats(backend, output).set(new Float64Array(heapOf(backend).HEAPU8.buffer, totals, n));
      return [output, u];
    }),

    kernel<Upstream & Pick<Network, 'x'>>('SymmetricTwoLayerWeightGrad', (call) => {
      const { inputs, backend, run, make, scratch } = call;
      const [x, u] = [inputs.x, inputs.preactivations];
      const [n, d] = x.shape;
      const m = u.shape[0];
      const network = [m, n, pointer(backend, u), floats(backend, inputs.bias)[0]] as const;
      const offsets = scratch(4 * (m + 1));
      const length = exports.countByNeuron(...network, offsets);
      if (length > MANY * m * n) return run(composedWeightGrad, inputs);
      const [index, factor, work] = [scratch(4 * length), scratch(4 * length), scratch(exports.gatherBytes(n))];
      const out = make([m, d]);
      exports.listByNeuron(...network, pointer(backend, inputs.dy), index, factor);
      exports.gather(m, d, n, offsets, index, factor, pointer(backend, x), pointer(backend, out), work);
      return out;
    }),

    kernel<Upstream & Pick<Network, 'weight'>>('SymmetricTwoLayerInputGrad', (call) => {
      const { inputs, backend, make, scratch } = call;
      const { weight, preactivations: u } = inputs;
      const [m, n] = u.shape;
      const d = weight.shape[1];
      const network = [m, n, pointer(backend, u), floats(backend, inputs.bias)[0]] as const;
      const offsets = scratch(4 * (n + 1));
      const length = exports.countByExample(...network, offsets);
      if (length > MANY * m * n) return denseInputGrad(call, n);
      const [index, factor, work] = [scratch(4 * length), scratch(4 * length), scratch(exports.gatherBytes(m))];
      const out = make([n, d]);
      exports.listByExample(...network, pointer(backend, inputs.dy), offsets, index, factor);
      exports.gather(n, d, m, offsets, index, factor, pointer(backend, weight), pointer(backend, out), work);
      return out;
    }),

    kernel<Upstream>('SymmetricTwoLayerBiasGrad', ({ inputs, backend, make, scratch }) => {
      const [m, n] = inputs.preactivations.shape;
      const out = make(inputs.bias.shape);
      const counts = scratch(4 * n);
      exports.balance(m, n, pointer(backend, inputs.preactivations), floats(backend, inputs.bias)[0], counts);
      const balances = new Int32Array(heapOf(backend).HEAPU8.buffer, counts, n);
      const dy = floats(backend, inputs.dy);
      floats(backend, out)[0] = balances.reduce((total, each, at) => total + each * dy[at], 0);
      return out;
    }),
  ];

  function denseInputGrad(call: KernelCall<Upstream & Pick<Network, 'weight'>, unknown>, n: number): TensorInfo {
    const all = Int32Array.from({ length: n }, (_, row) => row);
    const a = coefficients(call, all); // [m, n]
    return multiply(call, own, { a, b: call.inputs.weight }, { transposeA: true, transposeB: false });
  }
};
