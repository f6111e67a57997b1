import type {
  BatchMatMulAttrs,
  Conv2DAttrs,
  Conv2DBackpropInputAttrs,
  KernelFunc,
  ScatterNdAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import { count, type KernelCall, type KernelRecord, type KernelTopic, kernel } from '../kernel.ts';

/** With a zero at the end of an axis, where its length is odd. */
function evened(call: Pick<KernelCall<unknown, unknown>, 'run'>, x: TensorInfo, axis: number): TensorInfo {
  if (x.shape[axis] % 2 === 0) return x;
  const paddings = x.shape.map((_, at) => [0, at === axis ? 1 : 0]);
  return call.run('PadV2', { x }, { paddings, constantValue: 0 });
}

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

function product(kernelName: string, stock: KernelFunc): KernelRecord {
  return kernel<Inputs<'a' | 'b'>, BatchMatMulAttrs>(kernelName, (call) => {
    const { a, b } = call.inputs;
    const { transposeA, transposeB } = call.attrs;
    const summed = {
      a: evened(call, a, a.shape.length - (transposeA ? 2 : 1)),
      b: evened(call, b, b.shape.length - (transposeB ? 1 : 2)),
    };
    return call.run(stock, { ...call.inputs, ...summed }, call.attrs);
  });
}

function convolution(kernelName: string, stock: KernelFunc): KernelRecord {
  return kernel<Inputs<'x' | 'filter'>, Conv2DAttrs>(kernelName, (call) => {
    const { x, filter } = call.inputs;
    if (call.attrs.dataFormat === 'NCHW') return call.run(stock, call.inputs, call.attrs);
    const summed = { x: evened(call, x, 3), filter: evened(call, filter, 2) };
    return call.run(stock, { ...call.inputs, ...summed }, call.attrs);
  });
}

/**
 * Products, convolutions and scattered sums over an even number of terms, on WebGL.
 *
 * That backend keeps four numbers in a texel, and where a length is odd, a texel reaches beyond it. What stands there counts as
 * zero in its products, but is whatever was computed: after `add(x, 1)` it is 1. So the product of two computed tensors over an odd
 * length is wrong by a term. A zero at the end of both leaves none to be wrong.
 */
export const evenSums: KernelTopic = (stock) => [
  product('BatchMatMul', stock('BatchMatMul')),
  product('_FusedMatMul', stock('_FusedMatMul')),
  convolution('Conv2D', stock('Conv2D')),
  convolution('FusedConv2D', stock('FusedConv2D')),
  kernel<Inputs<'dy' | 'filter'>, Conv2DBackpropInputAttrs>('Conv2DBackpropInput', (call) => {
    const { dy, filter } = call.inputs;
    const summed =
      call.attrs.dataFormat === 'NCHW' ? { dy, filter } : { dy: evened(call, dy, 3), filter: evened(call, filter, 3) };
    return call.run(stock('Conv2DBackpropInput'), summed, call.attrs);
  }),
  kernel<Inputs<'indices' | 'updates'>, ScatterNdAttrs>('ScatterNd', (call) => {
    const { indices, updates } = call.inputs;
    const [first, ...rest] = indices.shape;
    const depth = rest.at(-1) ?? 1; // a list of indices is one of places along the first axis
    const places = call.run('Reshape', { x: indices }, { shape: [first * count(rest.slice(0, -1)), depth] }); // [slices, axes]
    const slices = call.run('Reshape', { x: updates }, { shape: [places.shape[0], ...call.attrs.shape.slice(depth)] });
    const summed = { indices: evened(call, places, 0), updates: evened(call, slices, 0) };
    return call.run(stock('ScatterNd'), summed, call.attrs);
  }),
];
