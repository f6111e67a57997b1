import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, dispose, getBackend, matMul, ones, setBackend } from '@tensorflow/tfjs-core';
import { allocate, heapOf } from './memory.ts';
import type { NativeKernels } from './native/native-kernels.ts';
import { nativeModule, useWasm } from './use-wasm.ts';

/** Speeds on one thread, in 10^9 operations a second; a multiplication and an addition are two. */
export interface Speed {
  /** Of a product of two matrices, one of them transposed. */
  readonly product: number;
  /**
   * The most that four-number arithmetic can do here, in registers only; missing where the native module is not at work. With
   * `relaxed: false` it multiplies and adds in two instructions.
   */
  readonly peak?: number;
}

/** Rows and columns of the factors. */
const SIZE = 512;
const PRODUCT_OPERATIONS = 2 * SIZE ** 3;

/** Rounds of the peak's loop that take about as long as a product. */
const PEAK_ROUNDS = 2 ** 21;
const PEAK_OPERATIONS = 96 * PEAK_ROUNDS;

/**
 * Measures how fast products are, and how fast they could be at most: the fastest of many short runs of both, in turns, so
 * that a busy machine shows what it can do.
 *
 * Nothing is allocated inside the timed parts, but for the results of composed kernels. The backend at work stays.
 *
 * @param milliseconds - How long to measure. Default: 1000.
 * @returns The speeds.
 * @example
 * ```ts
 * const { product, peak } = await measureSpeed(200);
 * ```
 */
export async function measureSpeed(milliseconds = 1000): Promise<Speed> {
  const former = getBackend();
  await useWasm();
  try {
    const native = await nativeModule();
    return native ? ofNative(native, milliseconds) : ofComposition(milliseconds);
  } finally {
    if (former) await setBackend(former);
  }
}

function ofNative({ exports, work }: NativeKernels, duration: number): Speed {
  const wasm = backend() as BackendWasm;
  const bytes = 4 * SIZE * SIZE;
  const a = allocate(wasm, 3 * bytes);
  const [b, c] = [a + bytes, a + 2 * bytes];
  try {
    new Float32Array(heapOf(wasm).HEAPU8.buffer, a, 2 * SIZE * SIZE).fill(1);
    const product = () => exports.gemm(SIZE, SIZE, SIZE, a, SIZE, 1, b, 1, SIZE, c, 0, work);
    const [products, peaks] = inTurns(duration, product, () => exports.peak(PEAK_ROUNDS));
    return { product: PRODUCT_OPERATIONS / (products * 1e6), peak: PEAK_OPERATIONS / (peaks * 1e6) };
  } finally {
    heapOf(wasm)._free(a);
  }
}

function ofComposition(duration: number): Speed {
  const [a, b] = [ones([SIZE, SIZE]), ones([SIZE, SIZE])];
  const [products] = inTurns(duration, () => matMul(a, b, false, true).dispose());
  dispose([a, b]);
  return { product: PRODUCT_OPERATIONS / (products * 1e6) };
}

/** Shortest times in milliseconds; the first turn only warms up. */
function inTurns(duration: number, ...works: readonly (() => void)[]): number[] {
  const times = works.map(() => Infinity);
  const start = performance.now();
  for (let turn = 0; turn < 2 || performance.now() - start < duration; turn++) {
    for (const [at, work] of works.entries()) {
      const before = performance.now();
      work();
      if (turn > 0) times[at] = Math.min(times[at], performance.now() - before);
    }
  }
  return times;
}
