import type { ExtraKernels } from '@advml/core/internal';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type DataType, getBackend, getKernel, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { plainAttributes } from './attributes.ts';
import { allocate, heapOf } from './memory.ts';

/** A kernel of a backend, mostly of WASM: its name in tfjs and what it runs. */
export interface KernelRecord {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/** The kernels of one topic, written against the kernels that the backend came with. */
export type KernelTopic = (stock: (kernelName: string) => KernelFunc) => readonly KernelRecord[];

/** One run of a kernel: what it was given, and the means to make its result. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
  /** Runs a kernel, by name as registered now or directly. The result lives as long as this call. */
  run(kernel: string | KernelFunc, inputs: object, attrs?: object): TensorInfo;
  /** A tensor of undefined content, `float32` unless said otherwise. It lives as long as this call. */
  make(shape: readonly number[], dtype?: DataType): TensorInfo;
  /** Bytes on the WASM heap, of undefined content, freed when this call ends. */
  scratch(bytes: number): number;
  /** Disposes an intermediate tensor before the call ends. */
  drop(info: TensorInfo): void;
}

/**
 * A kernel from its body, which may use as many intermediate tensors as it likes: all but the returned one are
 * disposed when it ends.
 *
 * @param kernelName - Name in tfjs.
 * @param body - Returns a tensor that it got from `run` or `make`, never an input.
 * @throws RangeError, when run, if the WASM memory is full; tensors made before stay as they are.
 */
export function kernel<Inputs, Attributes = object>(
  kernelName: string,
  body: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelRecord {
  const kernelFunc: KernelFunc = ({ inputs, attrs, backend: anyBackend }) => {
    const backend = anyBackend as BackendWasm;
    const made = new Set<TensorInfo>();
    const allocated: number[] = [];
    const own = (info: TensorInfo) => {
      made.add(info);
      return info;
    };
    const drop = (info: TensorInfo) => {
      if (made.delete(info)) backend.disposeData(info.dataId);
    };
    let result: TensorInfo | TensorInfo[] = [];
    try {
      result = body({
        inputs: inputs as Inputs,
        attrs: plainAttributes(kernelName, inputs, attrs ?? {}) as Attributes,
        backend,
        run: (inner, innerInputs, innerAttrs = {}) => {
          const run = typeof inner === 'string' ? registered(inner) : inner;
          return own(
            run({ inputs: innerInputs, attrs: innerAttrs, backend } as Parameters<KernelFunc>[0]) as TensorInfo,
          );
        },
        make: (shape, dtype = 'float32') => own(backend.makeOutput([...shape], dtype)),
        scratch: (bytes) => {
          const address = allocate(backend, bytes);
          allocated.push(address);
          return address;
        },
        drop,
      });
      return result;
    } finally {
      for (const info of [result].flat()) made.delete(info);
      for (const info of made) drop(info);
      for (const address of allocated) heapOf(backend)._free(address);
    }
  };
  return { kernelName, kernelFunc };
}

/** A {@link kernel} that packages besides this one run: what it takes is what they give it. */
export function extraKernel<Name extends keyof ExtraKernels>(
  kernelName: Name,
  body: (call: KernelCall<ExtraKernels[Name]['inputs'], ExtraKernels[Name]['settings']>) => TensorInfo | TensorInfo[],
): KernelRecord {
  return kernel(kernelName, body);
}

/** A kernel of the backend that gets its attributes in one form, as all kernels of this package do. */
export function plainly({ kernelName, kernelFunc }: KernelRecord): KernelRecord {
  return {
    kernelName,
    kernelFunc: (call) => kernelFunc({ ...call, attrs: plainAttributes(kernelName, call.inputs, call.attrs ?? {}) }),
  };
}

function registered(kernelName: string): KernelFunc {
  const config = getKernel(kernelName, getBackend());
  if (config === undefined) throw new Error(`the ${getBackend()} backend has no kernel ${kernelName}`);
  return config.kernelFunc;
}

/**
 * A tensor's numbers on the WASM heap, without a copy.
 *
 * Making a tensor may move the heap, so views are taken after the last `make` or `run`. Only a tensor that was just
 * made may be written to: XNNPACK packs weights once for each tensor and would not see a later change.
 */
export function floats(backend: BackendWasm, info: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap({ ...info, dtype: 'float32' }) as Float32Array;
}

/** Where a tensor's numbers start on the WASM heap, in bytes. It stays there when the memory grows. */
export function pointer(backend: BackendWasm, info: TensorInfo): number {
  return backend.dataIdMap.get(info.dataId).memoryOffset;
}

/** Number of entries of a shape. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
