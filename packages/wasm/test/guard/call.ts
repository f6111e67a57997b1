import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, type DataType, engine, type NamedTensorMap, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { heapOf } from '../../src/memory.ts';
import { uniform } from '../random.ts';
import type { Case, Given } from './cases.ts';

/** What a kernel gave, or what it said. */
export type Outcome = Error | readonly { dtype: DataType; shape: readonly number[]; values: readonly unknown[] }[];

function made({ shape, below, values }: Given, dtype: DataType, seed: number): Tensor {
  const random = uniform(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  const number = () => (below === undefined ? Math.round(16 * random() - 8) / 4 : Math.floor(below * random()));
  const numbers = shape.includes(0) ? [] : (values ?? Array.from({ length: size }, number));
  const as = (value: string | number): string | number => {
    if (dtype === 'string' || typeof value === 'string') return String(value);
    if (dtype === 'bool') return value > 0 ? 1 : 0;
    return dtype === 'int32' ? Math.round(value) : value;
  };
  return tensor(numbers.map(as) as number[], [...shape], dtype);
}

/** Runs a kernel on the current backend. */
export function outcome(kernelName: string, { inputs, attrs }: Case, dtypes: readonly DataType[]): Outcome {
  let found: Outcome = [];
  try {
    tidy(() => {
      const tensors = Object.entries(inputs).map(
        ([name, given], at) => [name, made(given, dtypes[at], 17 * at + 3)] as const,
      );
      const list = tensors.length > 0 && tensors.every(([name]) => /^\d$/.test(name));
      const given = list ? tensors.map(([, each]) => each) : Object.fromEntries(tensors);
      const results = [engine().runKernel(kernelName, given as NamedTensorMap, attrs ?? {})].flat() as Tensor[];
      found = results.map((each) => ({
        dtype: each.dtype,
        shape: each.shape,
        values: Array.from<unknown>(each.dataSync()),
      }));
    });
  } catch (error) {
    return error as Error;
  }
  return found;
}

/** Puts bytes behind every block of the heap that must stay as they are. */
export function watchHeap(): { broken: () => number; stop: () => void } {
  const heap = heapOf(backend() as BackendWasm);
  const { _malloc: malloc, _free: free } = heap;
  const [pattern, fringes] = [0x5a, new Map<number, number>()];
  const fringe = (bytes: number) => 3 * bytes + 64;
  heap._malloc = (bytes) => {
    const end = malloc(bytes + fringe(bytes)) + bytes;
    heap.HEAPU8.fill(pattern, end, end + fringe(bytes));
    fringes.set(end - bytes, bytes);
    return end - bytes;
  };
  heap._free = (address) => {
    if (fringes.has(address)) check(address);
    fringes.delete(address);
    free(address);
  };
  let broken = 0;
  const check = (address: number) => {
    const bytes = fringes.get(address) as number;
    const end = address + bytes;
    if (heap.HEAPU8.subarray(end, end + fringe(bytes)).some((byte) => byte !== pattern)) broken++;
  };
  return {
    broken: () => {
      for (const address of fringes.keys()) check(address);
      fringes.clear();
      const since = broken;
      broken = 0;
      return since;
    },
    stop: () => Object.assign(heap, { _malloc: malloc, _free: free }),
  };
}
