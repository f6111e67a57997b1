// Products of a sparse matrix, given as lists, with a dense one.
import { multiplyAdd } from './lanes';

/** Columns of a panel: eight registers. */
const PANEL: u32 = 32;

/** Bytes of scratch that `gather` needs for a dense factor of `rows` rows: one panel of it, and a row of the result. */
export function gatherBytes(rows: u32): u32 {
  return (rows + 1) * PANEL * 4;
}

/** Copies columns of [rows, width] into [rows, 32]; columns that are not there become zeros. */
function packPanel(rows: u32, columns: u32, from: usize, stride: usize, to: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (columns == PANEL) {
      for (let at: usize = 0; at < PANEL * 4; at += 16) v128.store(to + at, v128.load(from + at));
    } else {
      for (let at: u32 = 0; at < PANEL; at++)
        store<f32>(to + (at << 2), at < columns ? load<f32>(from + (at << 2)) : 0);
    }
    from += stride;
    to += PANEL * 4;
  }
}

/** to[32] = sum over a list of factor * panel[index]; `factors` is the way from an index to its factor. */
function sumList(entry: usize, end: usize, factors: usize, panel: usize, to: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (; entry < end; entry += 4) {
    const row = panel + (load<u32>(entry) << 7);
    const factor = v128.load_splat<u32>(entry + factors);
    s0 = multiplyAdd(s0, factor, v128.load(row));
    s1 = multiplyAdd(s1, factor, v128.load(row, 16));
    s2 = multiplyAdd(s2, factor, v128.load(row, 32));
    s3 = multiplyAdd(s3, factor, v128.load(row, 48));
    s4 = multiplyAdd(s4, factor, v128.load(row, 64));
    s5 = multiplyAdd(s5, factor, v128.load(row, 80));
    s6 = multiplyAdd(s6, factor, v128.load(row, 96));
    s7 = multiplyAdd(s7, factor, v128.load(row, 112));
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
  v128.store(to, s4, 64);
  v128.store(to, s5, 80);
  v128.store(to, s6, 96);
  v128.store(to, s7, 112);
}

/**
 * out[lists, width] = C dense[rows, width]; row i of C has the entries offsets[i] up to offsets[i + 1] of `index` and
 * `factor`. Sums run in the order of the entries, which is the order of `gemm` if they ascend: the same bits.
 */
export function gather(
  lists: u32, width: u32, rows: u32, offsets: usize, index: usize, factor: usize, dense: usize, out: usize, work: usize,
): void {
  const factors = factor - index, stride = width << 2, tile = work + rows * PANEL * 4;
  for (let column: u32 = 0; column < width; column += PANEL) {
    const columns = min(PANEL, width - column);
    packPanel(rows, columns, dense + (column << 2), stride, work);
    for (let list: u32 = 0; list < lists; list++) {
      const entry = index + (load<u32>(offsets + (list << 2)) << 2);
      const end = index + (load<u32>(offsets + (list << 2), 4) << 2);
      const to = out + list * stride + (column << 2);
      if (columns == PANEL) sumList(entry, end, factors, work, to);
      else {
        sumList(entry, end, factors, work, tile);
        for (let at: u32 = 0; at < columns; at++) store<f32>(to + (at << 2), load<f32>(tile + (at << 2)));
      }
    }
  }
}
