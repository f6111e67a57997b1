/** Rows and columns of a tile of the result, whose sums stay in registers. */
const TILE = 4;
/** Terms of the inner sum, rows and columns that are packed at a time, to stay in the processor's caches. */
const DEPTH = 256;
const BLOCK_ROWS = 64;
const BLOCK_COLUMNS = 512;

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
 * C += factor A B in double precision; every entry is summed in the order of the inner index.
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
  const [mostRows, mostColumns] = [
    Math.min(wholeTiles(rows), BLOCK_ROWS),
    Math.min(wholeTiles(columns), BLOCK_COLUMNS),
  ];
  const left = new Float64Array(mostRows * Math.min(depth, DEPTH));
  const right = new Float64Array(mostColumns * Math.min(depth, DEPTH));
  for (let column = 0; column < columns; column += BLOCK_COLUMNS) {
    const wide = Math.min(BLOCK_COLUMNS, columns - column);
    for (let term = 0; term < depth; term += DEPTH) {
      const deep = Math.min(DEPTH, depth - term);
      pack(transposeOf(from(b, term, column)), wide, deep, 1, right);
      for (let row = 0; row < rows; row += BLOCK_ROWS) {
        const high = Math.min(BLOCK_ROWS, rows - row);
        pack(from(a, row, term), high, deep, factor, left);
        addBlock(high, wide, deep, left, right, from(c, row, column));
      }
    }
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
  for (let line = 0; line < wholeTiles(count); line++) {
    const begin = (line - (line % TILE)) * depth + (line % TILE);
    let source = start + line * rowStride;
    for (let at = begin; at < begin + TILE * depth; at += TILE, source += columnStride)
      to[at] = line < count ? factor * data[source] : 0;
  }
}

/** Adds the product of packed lines to a block of the result. */
function addBlock(
  rows: number,
  columns: number,
  depth: number,
  left: Float64Array,
  right: Float64Array,
  { data, start, rowStride, columnStride }: Strided,
): void {
  const tile = new Float64Array(TILE * TILE);
  for (let column = 0; column < columns; column += TILE) {
    for (let row = 0; row < rows; row += TILE) {
      multiplyTile(depth, left, row * depth, right, column * depth, tile);
      const [high, wide] = [Math.min(TILE, rows - row), Math.min(TILE, columns - column)];
      for (let i = 0; i < high; i++) {
        let at = start + (row + i) * rowStride + column * columnStride;
        for (let j = 0; j < wide; j++, at += columnStride) data[at] += tile[i * TILE + j];
      }
    }
  }
}

/** The sixteen sums of a tile. They are separate variables because V8 keeps those in registers. */
function multiplyTile(
  depth: number,
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  tile: Float64Array,
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
  tile[0] = s00;
  tile[1] = s01;
  tile[2] = s02;
  tile[3] = s03;
  tile[4] = s10;
  tile[5] = s11;
  tile[6] = s12;
  tile[7] = s13;
  tile[8] = s20;
  tile[9] = s21;
  tile[10] = s22;
  tile[11] = s23;
  tile[12] = s30;
  tile[13] = s31;
  tile[14] = s32;
  tile[15] = s33;
}
