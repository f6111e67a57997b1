import type { _FusedMatMulAttrs, _FusedMatMulInputs, BatchMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { count, floats, type KernelCall, type KernelTopic, kernel } from '../kernel.ts';
import { activate, areRows } from './activate.ts';
import { broadcastIndex, type Factors, productShape } from './product-shape.ts';

/** Multiplications in one matrix of a stack below which the stock loop beats a call of XNNPACK. */
const SMALL = 8192;

/**
 * Matrix products with XNNPACK, whatever is transposed or stacked.
 *
 * The stock kernels hand only single, untransposed products to XNNPACK. The rest goes through a plain loop, fifteen
 * times slower, whose fused variant adds the bias and clamps after every 48 terms of the inner sum.
 */
export const products: KernelTopic = (stock) => {
  const stockProduct = stock('BatchMatMul');
  const stockFused = stock('_FusedMatMul');
  const untransposed = { transposeA: false, transposeB: false };

  return [
    kernel<Factors, BatchMatMulAttrs>('BatchMatMul', (call) => {
      const { inputs, attrs, run } = call;
      if (inputs.a.dtype !== 'float32' || inputs.b.dtype !== 'float32') return run(stockProduct, inputs, attrs);
      const { m, k, n, stackA, stackB, stack } = productShape(inputs, attrs);
      const a = attrs.transposeA ? transposed(call, inputs.a) : inputs.a; // [...stack, m, k]
      const b = attrs.transposeB ? transposed(call, inputs.b) : inputs.b; // [...stack, k, n]
      const shape = [...stack, m, n];
      if (count(shape) === 0 || k === 0) return zeros(call, shape);
      if (count(stackB) === 1) {
        const flat = run('Reshape', { x: a }, { shape: [count(stackA) * m, k] });
        const single = asWeights(call, run('Reshape', { x: b }, { shape: [k, n] }));
        return run('Reshape', { x: run(stockProduct, { a: flat, b: single }, untransposed) }, { shape });
      }
      const plain = count(stackA) === 1 || String(stackA) === String(stackB);
      if (plain && m * k * n <= SMALL) return run(stockProduct, { a, b }, untransposed);
      return stackedProduct(call, a, b, stack, (left, right) => run(stockProduct, { a: left, b: right }, untransposed));
    }),

    kernel<_FusedMatMulInputs, _FusedMatMulAttrs>('_FusedMatMul', (call) => {
      const { inputs, attrs, run } = call;
      const { a, b, bias, preluActivationWeights } = inputs;
      const columns = b.shape[b.shape.length - (attrs.transposeB ? 2 : 1)];
      const single = a.shape[0] === 1 && b.shape[0] === 1;
      if (single && areRows(call, inputs, columns) && count(a.shape) > 0 && count(b.shape) > 0) {
        const left = attrs.transposeA ? transposed(call, a) : a;
        const right = asWeights(call, attrs.transposeB ? transposed(call, b) : b);
        return run(stockFused, { ...inputs, a: left, b: right }, { ...attrs, ...untransposed });
      }
      const product = run('BatchMatMul', { a, b }, { transposeA: attrs.transposeA, transposeB: attrs.transposeB });
      const sum = bias == null ? product : run('Add', { a: product, b: bias });
      return activate(call, sum, attrs, preluActivationWeights);
    }),
  ];
};

type AnyCall = KernelCall<unknown, unknown>;

function transposed({ run }: AnyCall, x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  return run('Transpose', { x }, { perm: [...x.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2) });
}

/** Rows and columns under which XNNPACK has packed the weights of a tensor's data. */
const packed = new WeakMap<object, string>();

/**
 * The weights, copied if XNNPACK has packed their data under another shape: it looks them up by the data alone, and a
 * column shares its data with the row that is its transpose.
 */
function asWeights({ backend, make }: AnyCall, weights: TensorInfo): TensorInfo {
  const shape = String(weights.shape.slice(-2));
  if ((packed.get(weights.dataId) ?? shape) === shape) {
    packed.set(weights.dataId, shape);
    return weights;
  }
  const copy = make(weights.shape);
  floats(backend, copy).set(floats(backend, weights));
  return copy;
}

function zeros({ backend, make }: AnyCall, shape: readonly number[]): TensorInfo {
  const out = make(shape);
  floats(backend, out).fill(0);
  return out;
}

/** One product for each matrix of the stack. Each gets tensors of its own: XNNPACK knows weights by their tensor. */
function stackedProduct(
  { backend, make, drop }: AnyCall,
  a: TensorInfo,
  b: TensorInfo,
  stack: readonly number[],
  product: (left: TensorInfo, right: TensorInfo) => TensorInfo,
): TensorInfo {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.shape.length - 1];
  const out = make([...stack, m, n]);
  const matrix = (x: TensorInfo, rows: number, columns: number, index: number) => {
    const copy = make([rows, columns]);
    const size = rows * columns;
    floats(backend, copy).set(floats(backend, x).subarray(index * size, (index + 1) * size));
    return copy;
  };
  for (let index = 0; index < count(stack); index++) {
    const left = matrix(a, m, k, broadcastIndex(index, stack, a.shape.slice(0, -2)));
    const right = matrix(b, k, n, broadcastIndex(index, stack, b.shape.slice(0, -2)));
    const result = product(left, right);
    floats(backend, out).set(floats(backend, result), index * m * n);
    for (const info of [left, right, result]) drop(info);
  }
  return out;
}
