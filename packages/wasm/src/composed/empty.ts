import { backend_util, type DataType, type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { count, type KernelTopic, kernel, plainly } from '../kernel.ts';

const LEAST = -(2 ** 31);
const MOST = 2 ** 31 - 1;

/** What a reduction of nothing comes to. */
const neutral: Readonly<Record<string, (dtype: DataType) => number>> = {
  Max: (dtype) => ({ float32: -Infinity, int32: LEAST })[dtype as string] ?? 0,
  Min: (dtype) => ({ float32: Infinity, int32: MOST })[dtype as string] ?? 1,
  Prod: () => 1,
  All: () => 1,
  Any: () => 0,
};

/** Reductions of nothing, whose result the stock kernels leave undefined. */
export const emptyReductions: KernelTopic = (stock) =>
  Object.entries(neutral).map(([kernelName, value]) => {
    const run = stock(kernelName);
    const ofNothing = kernel<{ x: TensorInfo }, ReductionAttrs>(
      kernelName,
      ({ inputs: { x }, attrs, backend, make }) => {
        const axes = util.parseAxisParam(attrs.axis ?? attrs.reductionIndices ?? [], x.shape);
        const [reduced] = backend_util.computeOutAndReduceShapes(x.shape, axes);
        const out = make(attrs.keepDims ? backend_util.expandShapeToKeepDim(reduced, axes) : reduced, x.dtype);
        backend.typedArrayFromHeap(out).fill(value(x.dtype));
        return out;
      },
    );
    const kernelFunc: KernelFunc = (call) =>
      count((call.inputs.x as TensorInfo).shape) === 0 ? ofNothing.kernelFunc(call) : run(call);
    return plainly({ kernelName, kernelFunc });
  });

interface ReductionAttrs {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}
