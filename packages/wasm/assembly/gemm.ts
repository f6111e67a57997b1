// Matrix products in the manner of Goto and van de Geijn: Anatomy of High-Performance Matrix Multiplication, 2008.
import { multiplyAdd } from './lanes';
import { packLeft, packRight, TILE_COLUMNS, TILE_ROWS } from './packing';

/** Terms of the inner sum, rows and columns that are packed at a time. */
const DEPTH: u32 = 256;
const BLOCK_ROWS: u32 = 96;
const BLOCK_COLUMNS: u32 = 512;
/** Rows up to which packing the right factor costs more than it gains, if its rows are contiguous. */
const FEW_ROWS: u32 = 24;
/** Rows up to which tiles cost more than they gain, too: the right factor is then read once or twice, in its own order. */
const FEWEST_ROWS: u32 = 4;

/**
 * tile[6][8] = init[6][8] + left[depth][6]^T right[depth][8]; strides of rows in bytes, 0 repeats one row. `right` need
 * not be packed.
 *
 * The order of these lines is the speed. V8 keeps loads and additions in program order and everything in registers
 * only because the loop has no branch and straight stores follow it: a branch on "add to what is there" after the loop
 * takes a third of the speed, which is why the accumulators start from `init` instead; so does unrolling.
 */
function multiplyTile(
  depth: u32, left: usize, right: usize, rightStride: u32, init: usize, initStride: u32, to: usize, stride: u32,
): void {
  let c00 = v128.load(init), c01 = v128.load(init, 16); init += initStride;
  let c10 = v128.load(init), c11 = v128.load(init, 16); init += initStride;
  let c20 = v128.load(init), c21 = v128.load(init, 16); init += initStride;
  let c30 = v128.load(init), c31 = v128.load(init, 16); init += initStride;
  let c40 = v128.load(init), c41 = v128.load(init, 16); init += initStride;
  let c50 = v128.load(init), c51 = v128.load(init, 16);
  for (; depth > 0; depth--) {
    const b0 = v128.load(right), b1 = v128.load(right, 16);
    const a0 = v128.load_splat<u32>(left, 0); c00 = multiplyAdd(c00, a0, b0); c01 = multiplyAdd(c01, a0, b1);
    const a1 = v128.load_splat<u32>(left, 4); c10 = multiplyAdd(c10, a1, b0); c11 = multiplyAdd(c11, a1, b1);
    const a2 = v128.load_splat<u32>(left, 8); c20 = multiplyAdd(c20, a2, b0); c21 = multiplyAdd(c21, a2, b1);
    const a3 = v128.load_splat<u32>(left, 12); c30 = multiplyAdd(c30, a3, b0); c31 = multiplyAdd(c31, a3, b1);
    const a4 = v128.load_splat<u32>(left, 16); c40 = multiplyAdd(c40, a4, b0); c41 = multiplyAdd(c41, a4, b1);
    const a5 = v128.load_splat<u32>(left, 20); c50 = multiplyAdd(c50, a5, b0); c51 = multiplyAdd(c51, a5, b1);
    left += 24;
    right += rightStride;
  }
  v128.store(to, c00); v128.store(to, c01, 16); to += stride;
  v128.store(to, c10); v128.store(to, c11, 16); to += stride;
  v128.store(to, c20); v128.store(to, c21, 16); to += stride;
  v128.store(to, c30); v128.store(to, c31, 16); to += stride;
  v128.store(to, c40); v128.store(to, c41, 16); to += stride;
  v128.store(to, c50); v128.store(to, c51, 16);
}

/**
 * A tile that sticks out of the result, by way of `tile`. It starts from what is there, like any other, so that an
 * entry has the same bits wherever its tile lies.
 */
function multiplyRagged(
  rows: u32, columns: u32, depth: u32, left: usize, right: usize, rightStride: u32,
  init: usize, initStride: u32, to: usize, stride: u32, tile: usize,
): void {
  copyTile(rows, columns, init, initStride, tile, TILE_COLUMNS * 4);
  multiplyTile(depth, left, right, rightStride, tile, TILE_COLUMNS * 4, tile, TILE_COLUMNS * 4);
  copyTile(rows, columns, tile, TILE_COLUMNS * 4, to, stride);
}

function copyTile(rows: u32, columns: u32, from: usize, fromStride: u32, to: usize, toStride: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    for (let column: u32 = 0; column < columns; column++) {
      store<f32>(to + row * toStride + (column << 2), load<f32>(from + row * fromStride + (column << 2)));
    }
  }
}

/** to[4] += the sum of four terms, in their order. */
// @ts-ignore: decorator
@inline
function addTerms(to: v128, a0: v128, a1: v128, a2: v128, a3: v128, b0: v128, b1: v128, b2: v128, b3: v128): v128 {
  return multiplyAdd(multiplyAdd(multiplyAdd(multiplyAdd(to, a0, b0), a1, b1), a2, b2), a3, b3);
}

/** Two rows of a product, which may be one and the same; a and step in bytes, c and other begin with what is added to. */
function multiplyTwoRows(
  n: u32, k: u32, a: usize, otherA: usize, step: u32, b: usize, bRow: u32, c: usize, otherC: usize,
): void {
  const whole = (n & ~3) << 2, all = n << 2;
  for (; k >= 4; k -= 4) {
    const a0 = v128.load_splat<u32>(a), a1 = v128.load_splat<u32>(a + step);
    const a2 = v128.load_splat<u32>(a + 2 * step), a3 = v128.load_splat<u32>(a + 3 * step);
    const o0 = v128.load_splat<u32>(otherA), o1 = v128.load_splat<u32>(otherA + step);
    const o2 = v128.load_splat<u32>(otherA + 2 * step), o3 = v128.load_splat<u32>(otherA + 3 * step);
    const r1 = b + bRow, r2 = r1 + bRow, r3 = r2 + bRow;
    for (let at: usize = 0; at < whole; at += 16) {
      const b0 = v128.load(b + at), b1 = v128.load(r1 + at), b2 = v128.load(r2 + at), b3 = v128.load(r3 + at);
      const sum = addTerms(v128.load(c + at), a0, a1, a2, a3, b0, b1, b2, b3);
      const other = addTerms(v128.load(otherC + at), o0, o1, o2, o3, b0, b1, b2, b3);
      v128.store(c + at, sum);
      v128.store(otherC + at, other);
    }
    for (let at: usize = whole; at < all; at += 4) {
      const b0 = v128.load32_zero(b + at), b1 = v128.load32_zero(r1 + at);
      const b2 = v128.load32_zero(r2 + at), b3 = v128.load32_zero(r3 + at);
      const sum = addTerms(v128.load32_zero(c + at), a0, a1, a2, a3, b0, b1, b2, b3);
      const other = addTerms(v128.load32_zero(otherC + at), o0, o1, o2, o3, b0, b1, b2, b3);
      v128.store32_lane(c + at, sum, 0);
      v128.store32_lane(otherC + at, other, 0);
    }
    a += 4 * step;
    otherA += 4 * step;
    b = r3 + bRow;
  }
  for (; k > 0; k--) {
    const by = v128.load_splat<u32>(a), otherBy = v128.load_splat<u32>(otherA);
    for (let at: usize = 0; at < all; at += 4) {
      const value = v128.load32_zero(b + at);
      const sum = multiplyAdd(v128.load32_zero(c + at), by, value);
      const other = multiplyAdd(v128.load32_zero(otherC + at), otherBy, value);
      v128.store32_lane(c + at, sum, 0);
      v128.store32_lane(otherC + at, other, 0);
    }
    a += step;
    otherA += step;
    b += bRow;
  }
}

/** A product of few rows with a factor whose rows are contiguous; strides in bytes. */
function multiplyFewRows(
  m: u32, n: u32, k: u32, a: usize, aRow: u32, aColumn: u32, b: usize, bRow: u32, c: usize, init: usize,
): void {
  const stride = n << 2;
  for (let row: u32 = 0; row < m; row++) {
    if (init == 0) memory.fill(c + row * stride, 0, stride);
    else memory.copy(c + row * stride, init, stride);
  }
  for (let row: u32 = 0; row < m; row += 2) {
    const other = min(row + 1, m - 1);
    multiplyTwoRows(n, k, a + row * aRow, a + other * aRow, aColumn, b, bRow, c + row * stride, c + other * stride);
  }
}

/** Bytes of scratch that `gemm` needs: the packed blocks of both factors, a row of zeros and a tile. */
export function gemmBytes(): u32 {
  return (BLOCK_COLUMNS * DEPTH + BLOCK_ROWS * DEPTH + BLOCK_COLUMNS + TILE_ROWS * TILE_COLUMNS) * 4;
}

/**
 * C[m, n] = init + A[m, k] B[k, n], row by row; k > 0.
 *
 * Strides count numbers; one of the two of a factor is 1. `init` is a row of n numbers that every row of C starts
 * from, such as a bias; 0 stands for zeros. Every entry is summed in the order of k, whatever m, n and the strides are.
 */
export function gemm(
  m: u32, n: u32, k: u32,
  a: usize, aRow: u32, aColumn: u32,
  b: usize, bRow: u32, bColumn: u32,
  c: usize, init: usize, work: usize,
): void {
  aRow <<= 2;
  aColumn <<= 2;
  bRow <<= 2;
  bColumn <<= 2;
  if (m <= FEWEST_ROWS && bColumn == 4) {
    multiplyFewRows(m, n, k, a, aRow, aColumn, b, bRow, c, init);
    return;
  }
  const stride = n << 2;
  const right = work;
  const left = right + BLOCK_COLUMNS * DEPTH * 4;
  const zeros = left + BLOCK_ROWS * DEPTH * 4;
  const tile = zeros + BLOCK_COLUMNS * 4;
  if (init == 0) memory.fill(zeros, 0, BLOCK_COLUMNS * 4);
  for (let column: u32 = 0; column < n; column += BLOCK_COLUMNS) {
    const columns = min(BLOCK_COLUMNS, n - column);
    for (let term: u32 = 0; term < k; term += DEPTH) {
      const depth = min(DEPTH, k - term);
      const from = b + term * bRow + column * bColumn;
      const direct = m <= FEW_ROWS && bColumn == 4 ? from : 0;
      const whole = direct == 0 ? 0 : columns & ~(TILE_COLUMNS - 1); // columns that need not be packed
      packRight(depth, columns - whole, from + whole * bColumn, bRow, bColumn, right + whole * depth * 4);
      for (let row: u32 = 0; row < m; row += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - row);
        packLeft(rows, depth, a + row * aRow + term * aColumn, aRow, aColumn, left);
        const to = c + row * stride + (column << 2);
        const start = init == 0 ? zeros : init + (column << 2);
        if (term == 0) multiplyBlock(rows, columns, depth, left, right, direct, bRow, start, 0, to, stride, tile);
        else multiplyBlock(rows, columns, depth, left, right, direct, bRow, to, stride, to, stride, tile);
      }
    }
  }
}

/** A packed block of rows by a block of columns, whose whole tiles are read at `direct` if that is not 0. */
function multiplyBlock(
  rows: u32, columns: u32, depth: u32, left: usize, right: usize, direct: usize, directStride: u32,
  init: usize, initStride: u32, to: usize, stride: u32, tile: usize,
): void {
  for (let column: u32 = 0; column < columns; column += TILE_COLUMNS) {
    const tileColumns = min(TILE_COLUMNS, columns - column);
    const packed = direct == 0 || tileColumns < TILE_COLUMNS;
    const b = packed ? right + column * depth * 4 : direct + (column << 2);
    const bStride = packed ? TILE_COLUMNS * 4 : directStride;
    for (let row: u32 = 0; row < rows; row += TILE_ROWS) {
      const a = left + row * depth * 4, tileRows = min(TILE_ROWS, rows - row);
      const start = init + row * initStride + (column << 2), c = to + row * stride + (column << 2);
      if (tileRows == TILE_ROWS && tileColumns == TILE_COLUMNS) multiplyTile(depth, a, b, bStride, start, initStride, c, stride);
      else multiplyRagged(tileRows, tileColumns, depth, a, b, bStride, start, initStride, c, stride, tile);
    }
  }
}
