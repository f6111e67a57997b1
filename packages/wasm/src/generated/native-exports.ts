// Made from assembly/*.ts by scripts/build-assembly.mjs; a test compares. Do not edit.

/** What the native module offers; see `assembly/*.ts`. Addresses are in bytes, strides and lengths in numbers. */
export interface NativeExports {
  add(n: number, from: number, to: number): void;
  addCentred(rows: number, width: number, dy: number, x: number, mean: number, totals: number): void;
  addMiddle(outer: number, terms: number, inner: number, x: number, totals: number): void;
  addRows(rows: number, terms: number, x: number, totals: number): void;
  addSegments(rows: number, width: number, segments: number, x: number, ids: number, totals: number): void;
  balance(m: number, n: number, u: number, t: number, counts: number): void;
  ballSums(width: number, shrink: number, low: number, high: number, delta: number, x: number, sums: number): void;
  countByExample(m: number, n: number, u: number, t: number, step: number, offsets: number): number;
  countByNeuron(m: number, n: number, u: number, t: number, step: number, offsets: number): number;
  depthwiseFilterGrad(windows: number, x: number, dy: number, filter: number): void;
  depthwiseInputGrad(windows: number, filter: number, dy: number, x: number): void;
  extremes(larger: boolean, n: number, a: number, b: number, out: number): void;
  fold(windows: number, patches: number, from: number, to: number, x: number): void;
  freeGradient(width: number, low: number, high: number, gradient: number, at: number, x: number, to: number): boolean;
  gather(lists: number, width: number, rows: number, offsets: number, index: number, factor: number, dense: number, out: number, work: number): void;
  gatherBytes(rows: number): number;
  gemm(m: number, n: number, k: number, a: number, aRow: number, aColumn: number, b: number, bRow: number, bColumn: number, c: number, init: number, work: number): void;
  gemmBytes(): number;
  keyWords(rows: number, width: number, keys: number, out: number, tile: number): void;
  listByExample(m: number, n: number, u: number, t: number, step: number, dy: number, offsets: number, index: number, factor: number): void;
  listByNeuron(m: number, n: number, u: number, t: number, step: number, dy: number, index: number, factor: number): void;
  listNonzeros(rows: number, width: number, x: number, most: number, offsets: number, columns: number, values: number, dense: number): number;
  normalBytes(): number;
  normalFromWords(count: number, numbers: number, deviation: number, work: number): void;
  normalize(count: number, period: number, mean: number, factor: number, offset: number, x: number, y: number): void;
  packedProduct(rows: number, columns: number, depth: number, left: number, right: number, to: number): void;
  peak(rounds: number): number;
  poolGrad(images: number, height: number, width: number, channels: number, outHeight: number, outWidth: number, filterHeight: number, filterWidth: number, strideHeight: number, strideWidth: number, top: number, left: number, x: number, dy: number, dx: number): void;
  projectLinf(width: number, radius: number, low: number, high: number, delta: number, x: number, to: number): void;
  reducePanel(begin: number, end: number, a: number, pairs: number, diagonal: number, beside: number, halves: number): void;
  reflectRows(count: number, width: number, rows: number, work: number): void;
  reflectRowsBytes(width: number): number;
  repeatEach(n: number, times: number, x: number, to: number): void;
  ridgeAscent(m: number, steps: number, shares: number, radius: number, begun: number, sign: number, wantBest: boolean, stopEarly: boolean, u0: number, u: number, gram: number, sums: number, attacked: number, attackedKnots: number, followed: number, followedKnots: number, turn: number, turns: number, q: number, report: number, work: number): void;
  ridgeAscentBytes(m: number): number;
  scores(m: number, n: number, u: number, t: number, step: number, totals: number): void;
  shrinkInto(width: number, shrink: number, low: number, high: number, delta: number, x: number, to: number): void;
  sparseGather(lists: number, width: number, offsets: number, index: number, factor: number, rowOffsets: number, columns: number, values: number, out: number): void;
  sparseProduct(m: number, n: number, width: number, w: number, offsets: number, columns: number, values: number, out: number, work: number): void;
  sparseProductBytes(width: number): number;
  sumEach(n: number, terms: number, x: number, to: number): void;
  thresholdSlopes(m: number, n: number, u: number, t: number, dy: number, out: number): void;
  unfold(windows: number, x: number, from: number, to: number, patches: number): void;
  uniformFromWords(count: number, numbers: number, low: number, width: number): void;
}
