// Matrices of mostly zeros: which entries are not, and products with them.
import { highHalves, interleaveHigh, interleaveLow, lowHalves, multiplyAdd } from './lanes';
import { packRight, TILE_COLUMNS } from './packing';

/** Bytes of scratch that `sparseProduct` needs for rows of this width: a panel of eight of them, and a tile. */
export function sparseProductBytes(width: u32): u32 {
  return (width * TILE_COLUMNS + 4 * TILE_COLUMNS) * 4;
}

/**
 * Lists the nonzero entries of the rows of x[rows, width]: those of row i are entries offsets[i] up to offsets[i + 1] of
 * `columns` and `values`, in their order. NaN is not zero.
 *
 * A row with more than `most` of them gets no list: its number goes to `dense`. There must be room for `most` entries of
 * every row and four more. Returns the number of such rows.
 */
export function listNonzeros(
  rows: u32, width: u32, x: usize, most: u32, offsets: usize, columns: usize, values: usize, dense: usize,
): u32 {
  const zero = f32x4.splat(0);
  let length: u32 = 0, many: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(offsets + (row << 2), length);
    const limit = length + most;
    let end = length, column: u32 = 0;
    for (; column + 4 <= width && end <= limit; column += 4) {
      const at = x + (column << 2);
      for (let bits = i32x4.bitmask(f32x4.ne(v128.load(at), zero)); bits != 0; bits &= bits - 1) {
        const lane: u32 = ctz(bits);
        store<u32>(columns + (end << 2), column + lane);
        store<f32>(values + (end << 2), load<f32>(at + (lane << 2)));
        end++;
      }
    }
    for (; column < width && end <= limit; column++) {
      const value = load<f32>(x + (column << 2));
      if (value == 0) continue;
      store<u32>(columns + (end << 2), column);
      store<f32>(values + (end << 2), value);
      end++;
    }
    if (end <= limit) length = end;
    else store<u32>(dense + (many++ << 2), row);
    x += width << 2;
  }
  store<u32>(offsets + (rows << 2), length);
  return many;
}

/** Four columns of a panel of eight rows, as four numbers of each of eight rows that are `stride` apart. */
// @ts-ignore: decorator
@inline
function storeTransposed(tile: usize, to: usize, stride: usize): void {
  const v0 = v128.load(tile), v1 = v128.load(tile, 32), v2 = v128.load(tile, 64), v3 = v128.load(tile, 96);
  const low01 = interleaveLow(v0, v1), high01 = interleaveHigh(v0, v1);
  const low23 = interleaveLow(v2, v3), high23 = interleaveHigh(v2, v3);
  v128.store(to, lowHalves(low01, low23));
  v128.store(to + stride, highHalves(low01, low23));
  v128.store(to + 2 * stride, lowHalves(high01, high23));
  v128.store(to + 3 * stride, highHalves(high01, high23));
}

/**
 * out[m, n] = W[m, width] X^T, for X[n, width] as the lists of `listNonzeros`. Sums run in the order of the columns,
 * which is that of `gemm`: the same bits, if W is finite.
 */
export function sparseProduct(
  m: u32, n: u32, width: u32, w: usize, offsets: usize, columns: usize, values: usize, out: usize, work: usize,
): void {
  const stride = n << 2, tile = work + width * TILE_COLUMNS * 4;
  for (let row: u32 = 0; row < m; row += TILE_COLUMNS) {
    const rows = min(TILE_COLUMNS, m - row);
    packRight(width, rows, w + row * width * 4, 4, width << 2, work);
    let entry: u32 = 0, to = out + row * stride;
    for (let example: u32 = 0; example < n; example += 4) {
      const examples = min<u32>(4, n - example);
      for (let at: u32 = 0; at < examples; at++) {
        const end = load<u32>(offsets + ((example + at) << 2), 4);
        let low = f32x4.splat(0), high = low;
        for (; entry < end; entry++) {
          const panel = work + (load<u32>(columns + (entry << 2)) << 5);
          const value = v128.load_splat<u32>(values + (entry << 2));
          low = multiplyAdd(low, value, v128.load(panel));
          high = multiplyAdd(high, value, v128.load(panel, 16));
        }
        v128.store(tile + (at << 5), low);
        v128.store(tile + (at << 5), high, 16);
      }
      if (rows == TILE_COLUMNS && examples == 4) {
        storeTransposed(tile, to, stride);
        storeTransposed(tile + 16, to + 4 * stride, stride);
      } else {
        for (let line: u32 = 0; line < rows; line++) {
          for (let at: u32 = 0; at < examples; at++)
            store<f32>(to + line * stride + (at << 2), load<f32>(tile + (at << 5) + (line << 2)));
        }
      }
      to += 16;
    }
  }
}

/**
 * out[lists, width] = C X, both given as lists: those of C as in `gather`, those of X as in `listNonzeros`. The same sums
 * in the same order as `gather` has them, without the zeros.
 */
export function sparseGather(
  lists: u32, width: u32, offsets: usize, index: usize, factor: usize,
  rowOffsets: usize, columns: usize, values: usize, out: usize,
): void {
  const stride = width << 2;
  memory.fill(out, 0, lists * stride);
  let entry = load<u32>(offsets);
  for (let list: u32 = 0; list < lists; list++) {
    for (const end = load<u32>(offsets + (list << 2), 4); entry < end; entry++) {
      const row = rowOffsets + (load<u32>(index + (entry << 2)) << 2);
      const scale = v128.load_splat<u32>(factor + (entry << 2));
      const last = load<u32>(row, 4);
      for (let at = load<u32>(row); at < last; at++) {
        const to = out + (load<u32>(columns + (at << 2)) << 2);
        const sum = multiplyAdd(v128.load32_zero(to), scale, v128.load32_zero(values + (at << 2)));
        v128.store32_lane(to, sum, 0);
      }
    }
    out += stride;
  }
}
