import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { plainKernels, relaxedKernels } from '../generated/binaries.ts';
import type { NativeExports } from '../generated/native-exports.ts';
import { allocate, heapOf } from '../memory.ts';
import { requireMemory } from './require-memory.ts';

/** The native module at work on the backend's memory. */
export interface NativeKernels {
  readonly exports: NativeExports;
  /** Whether it multiplies and adds in one instruction. */
  readonly relaxed: boolean;
  /** Scratch of `gemm`, on the backend's heap for good. */
  readonly work: number;
}

const CACHE_LINE = 64;

/**
 * Starts the native module on the heap of the backend.
 *
 * @param relaxed - Whether to take the variant for relaxed SIMD.
 * @throws Error if the backend's memory or the module is not what it should be.
 */
export async function startNativeKernels(backend: BackendWasm, relaxed: boolean): Promise<NativeKernels> {
  const memory = requireMemory(backend);
  const binary = Uint8Array.from(atob(relaxed ? relaxedKernels : plainKernels), (letter) => letter.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  const exports = instance.exports as unknown as NativeExports;
  const room = allocate(backend, exports.gemmBytes() + CACHE_LINE);
  const native = { exports, relaxed, work: Math.ceil(room / CACHE_LINE) * CACHE_LINE };
  requireProduct(backend, native);
  return native;
}

/** Multiplies two matrices of four numbers on the heap, and looks at the result from outside. */
function requireProduct(backend: BackendWasm, { exports, work }: NativeKernels) {
  const [a, b, expected] = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [19, 22, 43, 50],
  ];
  const room = allocate(backend, 3 * 16);
  const view = () => new Float32Array(heapOf(backend).HEAPU8.buffer, room, 12);
  view().set([...a, ...b, 0, 0, 0, 0]);
  exports.gemm(2, 2, 2, room, 2, 1, room + 16, 2, 1, room + 32, 0, work);
  const found = Array.from(view().subarray(8));
  heapOf(backend)._free(room);
  if (String(found) !== String(expected))
    throw new Error(`a product of the native kernels is ${found}, not ${expected}`);
}
