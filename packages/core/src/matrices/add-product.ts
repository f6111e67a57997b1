import { hasExtraKernel, runExtraKernel } from '../extra-kernels.ts';

/** Rows and columns of a tile of the result, whose sums stay in registers. */
const TILE = 4;
/** Terms of the inner sum, rows and columns that are packed at a time, to stay in the processor's caches. */
const DEPTH = 256;
const BLOCK_ROWS = 128;
const BLOCK_COLUMNS = 512;
/** Multiplications of a block from which the kernel saves more than the way to it costs. */
const MANY = 32 ** 3;

/** Numbers of a matrix in an array: the one in row i and column j stands at `start + i rowStride + j columnStride`. */
export interface Strided {
  readonly data: Float64Array;
  readonly start: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/**
 * A matrix whose rows follow each other.
 *
 * @param data - Its numbers.
 * @param rowStride - Numbers from one row to the next.
 * @param start - Where it begins.
 */
export const byRows = (data: Float64Array, rowStride: number, start = 0): Strided => ({
  data,
  start,
  rowStride,
  columnStride: 1,
});

/** The same numbers with rows and columns exchanged. */
export const transposeOf = ({ data, start, rowStride, columnStride }: Strided): Strided => ({
  data,
  start,
  rowStride: columnStride,
  columnStride: rowStride,
});

/**
 * C += factor A B in double precision; every entry is summed in the order of the inner index, up to 256 terms at a time.
 *
 * Large blocks go through the kernel `PackedProduct` where the current backend has it, which may round a product and a sum at once.
 *
 * @param size - Rows of A and C, columns of B and C, and columns of A, which are the rows of B.
 * @param a - Left factor, [rows, depth].
 * @param b - Right factor, [depth, columns].
 * @param c - What is added to, [rows, columns]; shares no numbers with the factors.
 * @param factor - A number for all of them.
 * @see Goto, van de Geijn: Anatomy of High-Performance Matrix Multiplication, 2008.
 */
export function addProduct(
  { rows, columns, depth }: { readonly rows: number; readonly columns: number; readonly depth: number },
  a: Strided,
  b: Strided,
  c: Strided,
  factor = 1,
): void {
  if (rows < TILE && b.columnStride === 1 && c.columnStride === 1) {
    for (let row = 0; row < rows; row++) addRow(columns, depth, from(a, row, 0), b, from(c, row, 0), factor);
    return;
  }
  const [mostRows, mostColumns] = [
    Math.min(wholeTiles(rows), BLOCK_ROWS),
    Math.min(wholeTiles(columns), BLOCK_COLUMNS),
  ];
  const left = new Float64Array(mostRows * Math.min(depth, DEPTH));
  const right = new Float64Array(mostColumns * Math.min(depth, DEPTH));
  const product = new Float64Array(mostRows * mostColumns);
  for (let column = 0; column < columns; column += BLOCK_COLUMNS) {
    const wide = Math.min(BLOCK_COLUMNS, columns - column);
    for (let term = 0; term < depth; term += DEPTH) {
      const deep = Math.min(DEPTH, depth - term);
      pack(transposeOf(from(b, term, column)), wide, deep, 1, right);
      for (let row = 0; row < rows; row += BLOCK_ROWS) {
        const high = Math.min(BLOCK_ROWS, rows - row);
        pack(from(a, row, term), high, deep, factor, left);
        multiplyBlock(wholeTiles(high), wholeTiles(wide), deep, left, right, product);
        addTo(from(c, row, column), high, wide, product);
      }
    }
  }
}

/** The same for one row, which packing would not pay for. */
function addRow(
  columns: number,
  depth: number,
  a: Strided,
  b: Strided,
  { data, start }: Strided,
  factor: number,
): void {
  for (let k = 0; k < depth; k++) {
    const by = factor * a.data[a.start + k * a.columnStride];
    let source = b.start + k * b.rowStride;
    for (let at = start; at < start + columns; at++, source++) data[at] += by * b.data[source];
  }
}

const wholeTiles = (count: number): number => Math.ceil(count / TILE) * TILE;

/** The part of a matrix that begins at a row and a column. */
const from = (matrix: Strided, row: number, column: number): Strided => ({
  ...matrix,
  start: matrix.start + row * matrix.rowStride + column * matrix.columnStride,
});

/** Lines of a matrix, four side by side, in the order in which tiles read them; lines that are not there become zeros. */
function pack(lines: Strided, count: number, depth: number, factor: number, to: Float64Array): void {
  const { data, start, rowStride, columnStride } = lines;
  for (let line = 0, at = 0; line < count; line += TILE) {
    const missing = line + TILE - count;
    const first = start + line * rowStride;
    for (let k = 0, source = first; k < depth; k++, at += TILE, source += columnStride) {
      to[at] = factor * data[source];
      to[at + 1] = missing > 2 ? 0 : factor * data[source + rowStride];
      to[at + 2] = missing > 1 ? 0 : factor * data[source + 2 * rowStride];
      to[at + 3] = missing > 0 ? 0 : factor * data[source + 3 * rowStride];
    }
  }
}

/** The product of packed lines, row after row; rows and columns are whole tiles. */
function multiplyBlock(
  rows: number,
  columns: number,
  depth: number,
  left: Float64Array,
  right: Float64Array,
  to: Float64Array,
): void {
  if (rows * columns * depth >= MANY && hasExtraKernel('PackedProduct')) {
    runExtraKernel('PackedProduct', {}, { rows, columns, depth, left, right, to });
    return;
  }
  for (let column = 0; column < columns; column += TILE) {
    for (let row = 0; row < rows; row += TILE)
      multiplyTile(depth, left, row * depth, right, column * depth, to, row * columns + column, columns);
  }
}

/** Adds a block to the result, whose last rows and columns the result may not have. */
function addTo({ data, start, rowStride, columnStride }: Strided, rows: number, columns: number, block: Float64Array) {
  const width = wholeTiles(columns);
  for (let row = 0; row < rows; row++) {
    let at = start + row * rowStride;
    for (let from = row * width; from < row * width + columns; from++, at += columnStride) data[at] += block[from];
  }
}

/** The sixteen sums of a tile. They are separate variables because V8 keeps those in registers. */
function multiplyTile(
  depth: number,
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  to: Float64Array,
  at: number,
  stride: number,
): void {
  let [s00, s01, s02, s03] = [0, 0, 0, 0];
  let [s10, s11, s12, s13] = [0, 0, 0, 0];
  let [s20, s21, s22, s23] = [0, 0, 0, 0];
  let [s30, s31, s32, s33] = [0, 0, 0, 0];
  for (const end = leftAt + TILE * depth; leftAt < end; leftAt += TILE, rightAt += TILE) {
    const b0 = right[rightAt];
    const b1 = right[rightAt + 1];
    const b2 = right[rightAt + 2];
    const b3 = right[rightAt + 3];
    const a0 = left[leftAt];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = left[leftAt + 1];
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = left[leftAt + 2];
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = left[leftAt + 3];
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  to[at] = s00;
  to[at + 1] = s01;
  to[at + 2] = s02;
  to[at + 3] = s03;
  at += stride;
  to[at] = s10;
  to[at + 1] = s11;
  to[at + 2] = s12;
  to[at + 3] = s13;
  at += stride;
  to[at] = s20;
  to[at + 1] = s21;
  to[at + 2] = s22;
  to[at + 3] = s23;
  at += stride;
  to[at] = s30;
  to[at + 1] = s31;
  to[at + 2] = s32;
  to[at + 3] = s33;
}
