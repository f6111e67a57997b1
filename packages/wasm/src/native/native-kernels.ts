import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { plainKernels, relaxedKernels } from '../generated/binaries.ts';
import { allocate, heapOf } from '../memory.ts';
import { requireMemory } from './require-memory.ts';

/** What the native module offers; see `assembly/*.ts`. Addresses are in bytes, strides and lengths in numbers. */
export interface NativeExports {
  /** Does 96 operations a round in registers. */
  peak(rounds: number): number;
  gemmBytes(): number;
  gemm(
    m: number,
    n: number,
    k: number,
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    bColumn: number,
    c: number,
    init: number,
    work: number,
  ): void;
  unfold(windows: number, x: number, from: number, to: number, patches: number): void;
  fold(windows: number, patches: number, from: number, to: number, x: number): void;
  depthwiseFilterGrad(windows: number, x: number, dy: number, filter: number): void;
  depthwiseInputGrad(windows: number, filter: number, dy: number, x: number): void;
  repeatEach(n: number, times: number, x: number, to: number): void;
  sumEach(n: number, terms: number, x: number, to: number): void;
  add(n: number, from: number, to: number): void;
  poolGrad(
    images: number,
    height: number,
    width: number,
    channels: number,
    outHeight: number,
    outWidth: number,
    filterHeight: number,
    filterWidth: number,
    strideHeight: number,
    strideWidth: number,
    top: number,
    left: number,
    x: number,
    dy: number,
    dx: number,
  ): void;
  normalize(count: number, period: number, mean: number, factor: number, offset: number, x: number, y: number): void;
  addCentred(rows: number, width: number, dy: number, x: number, mean: number, totals: number): void;
  extremes(larger: boolean, n: number, a: number, b: number, out: number): void;
  addSegments(rows: number, width: number, segments: number, x: number, ids: number, totals: number): void;
  addMiddle(outer: number, terms: number, inner: number, x: number, totals: number): void;
  keyWords(rows: number, width: number, keys: number, out: number, tile: number): void;
  normalBytes(): number;
  normalFromWords(count: number, numbers: number, deviation: number, work: number): void;
  uniformFromWords(count: number, numbers: number, low: number, width: number): void;
  addRows(rows: number, terms: number, x: number, totals: number): void;
  scores(m: number, n: number, u: number, t: number, step: number, totals: number): void;
  balance(m: number, n: number, u: number, t: number, counts: number): void;
  thresholdSlopes(m: number, n: number, u: number, t: number, dy: number, out: number): void;
  countByNeuron(m: number, n: number, u: number, t: number, step: number, offsets: number): number;
  countByExample(m: number, n: number, u: number, t: number, step: number, offsets: number): number;
  listByNeuron(
    m: number,
    n: number,
    u: number,
    t: number,
    step: number,
    dy: number,
    index: number,
    factor: number,
  ): void;
  listByExample(
    m: number,
    n: number,
    u: number,
    t: number,
    step: number,
    dy: number,
    offsets: number,
    index: number,
    factor: number,
  ): void;
  gatherBytes(rows: number): number;
  gather(
    lists: number,
    width: number,
    rows: number,
    offsets: number,
    index: number,
    factor: number,
    dense: number,
    out: number,
    work: number,
  ): void;
  listNonzeros(
    rows: number,
    width: number,
    x: number,
    most: number,
    offsets: number,
    columns: number,
    values: number,
    dense: number,
  ): number;
  sparseProductBytes(width: number): number;
  sparseProduct(
    m: number,
    n: number,
    width: number,
    w: number,
    offsets: number,
    columns: number,
    values: number,
    out: number,
    work: number,
  ): void;
  sparseGather(
    lists: number,
    width: number,
    offsets: number,
    index: number,
    factor: number,
    rowOffsets: number,
    columns: number,
    values: number,
    out: number,
  ): void;
  ridgeAscentBytes(m: number): number;
  ridgeAscent(
    m: number,
    steps: number,
    shares: number,
    radius: number,
    begun: number,
    sign: number,
    wantBest: boolean,
    stopEarly: boolean,
    u0: number,
    u: number,
    gram: number,
    sums: number,
    judged: number,
    judgedKnots: number,
    climbed: number,
    climbedKnots: number,
    q: number,
    report: number,
    work: number,
  ): void;
}

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
