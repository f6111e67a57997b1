import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { ClipByValueAttrs, DataType, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelRecord, type KernelTopic, kernel, plainly } from '../kernel.ts';

/** Kernels that move four bytes an entry, with the input that says of which type their result is. */
const movers = {
  Reverse: 'x',
  FlipLeftRight: 'image',
  StridedSlice: 'x',
  Select: 't',
  ResizeNearestNeighbor: 'images',
  TensorScatterUpdate: 'tensor',
} as const;

const tests = { IsNan: 0, IsInf: 0, IsFinite: 1 } as const;

/**
 * Kernels of the backend that are right for float32, on the other types: `bool`, which has one byte an entry where they move
 * four, and whole numbers, whose bits they take for those of floats, or whose type they forget.
 */
export const otherTypes: KernelTopic = (stock) => [
  ...Object.entries(movers).map(([kernelName, name]) => moving(kernelName, name, stock(kernelName))),
  ...Object.entries(tests).map(([kernelName, answer]) => testing(kernelName, answer, stock(kernelName))),
  clipping(stock('ClipByValue')),
];

function moving(kernelName: string, name: string, run: KernelFunc): KernelRecord {
  const other = kernel<Record<string, TensorInfo>>(kernelName, (call) => {
    const { inputs, attrs, backend } = call;
    const { dtype } = inputs[name];
    const widened = Object.entries(inputs).map(([input, info]) => [
      input,
      info.dtype === 'bool' && input !== 'condition' ? call.run('Cast', { x: info }, { dtype: 'int32' }) : info,
    ]);
    const moved = call.run(run, Object.fromEntries(widened), attrs);
    const resized = kernelName === 'ResizeNearestNeighbor'; // in float32
    const result = resized ? moved : labelled(backend, moved, dtype === 'bool' ? 'int32' : dtype);
    return result.dtype === dtype ? result : call.run('Cast', { x: result }, { dtype });
  });
  return withOther(kernelName, name, run, other.kernelFunc);
}

/** The same bytes under another type of as many: the stock kernel wrote `float32` whatever it moved. */
function labelled(backend: BackendWasm, info: TensorInfo, dtype: DataType): TensorInfo {
  backend.dataIdMap.get(info.dataId).dtype = dtype;
  info.dtype = dtype;
  return info;
}

/** Whole numbers are finite. */
function testing(kernelName: string, answer: 0 | 1, run: KernelFunc): KernelRecord {
  const other = kernel<{ x: TensorInfo }>(kernelName, ({ inputs: { x }, backend, make }) => {
    const out = make(x.shape, 'bool');
    backend.typedArrayFromHeap(out).fill(answer);
    return out;
  });
  return withOther(kernelName, 'x', run, other.kernelFunc);
}

function clipping(run: KernelFunc): KernelRecord {
  const other = kernel<{ x: TensorInfo }, ClipByValueAttrs>('ClipByValue', (call) => {
    const { inputs, attrs, backend, make } = call;
    const out = make(inputs.x.shape, 'int32');
    const [from, to] = [inputs.x, out].map((info) => backend.typedArrayFromHeap(info));
    for (let at = 0; at < to.length; at++)
      to[at] = Math.min(Math.max(from[at], attrs.clipValueMin), attrs.clipValueMax);
    return out;
  });
  return withOther('ClipByValue', 'x', run, other.kernelFunc);
}

/** The stock kernel for float32, and another one for what is not. */
function withOther(kernelName: string, name: string, run: KernelFunc, other: KernelFunc): KernelRecord {
  const isFloat = (call: Parameters<KernelFunc>[0]) => (call.inputs[name] as TensorInfo).dtype === 'float32';
  return plainly({ kernelName, kernelFunc: (call) => (isFloat(call) ? run(call) : other(call)) });
}
