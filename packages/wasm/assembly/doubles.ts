// Products in double precision of lines that are packed by fours: four numbers of a panel's lines side by side, depth after depth.
import { multiplyAddDoubles } from './lanes';

/** Lines of a panel, and so rows and columns of a tile. */
const TILE: u32 = 4;

/** to[4][4] = left[depth][4]^T right[depth][4]; `stride` in bytes. The eight sums of two numbers stay in registers. */
function multiplyTile(depth: u32, left: usize, right: usize, to: usize, stride: u32): void {
  let c00 = f64x2.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (; depth > 0; depth--) {
    const b0 = v128.load(right), b1 = v128.load(right, 16);
    const a0 = v128.load_splat<u64>(left); c00 = multiplyAddDoubles(c00, a0, b0); c01 = multiplyAddDoubles(c01, a0, b1);
    const a1 = v128.load_splat<u64>(left, 8); c10 = multiplyAddDoubles(c10, a1, b0); c11 = multiplyAddDoubles(c11, a1, b1);
    const a2 = v128.load_splat<u64>(left, 16); c20 = multiplyAddDoubles(c20, a2, b0); c21 = multiplyAddDoubles(c21, a2, b1);
    const a3 = v128.load_splat<u64>(left, 24); c30 = multiplyAddDoubles(c30, a3, b0); c31 = multiplyAddDoubles(c31, a3, b1);
    left += 32;
    right += 32;
  }
  v128.store(to, c00); v128.store(to, c01, 16); to += stride;
  v128.store(to, c10); v128.store(to, c11, 16); to += stride;
  v128.store(to, c20); v128.store(to, c21, 16); to += stride;
  v128.store(to, c30); v128.store(to, c31, 16);
}

/** to[rows, columns] = left^T right, for whole panels: rows and columns are multiples of four. */
export function packedProduct(rows: u32, columns: u32, depth: u32, left: usize, right: usize, to: usize): void {
  const stride = columns << 3;
  for (let column: u32 = 0; column < columns; column += TILE) {
    for (let row: u32 = 0; row < rows; row += TILE) {
      multiplyTile(depth, left + ((row * depth) << 3), right + ((column * depth) << 3), to + row * stride + (column << 3), stride);
    }
  }
}
