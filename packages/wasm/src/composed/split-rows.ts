/** The rows of a matrix, told apart by how many entries are not zero. */
export interface SplitRows {
  /** Numbers of the rows with few nonzero entries. */
  readonly sparse: Int32Array;
  /** Where each sparse row's entries start, and at last where they end: one longer than `sparse`. */
  readonly starts: Int32Array;
  /** Column of each entry of the sparse rows. */
  readonly columns: Int32Array;
  /** Value of each entry of the sparse rows. */
  readonly values: Float32Array;
  /** Numbers of the other rows. */
  readonly dense: Int32Array;
}

/** A row is sparse if at most one entry in this many is not zero. */
const SPARSITY = 8;

/**
 * Tells sparse rows from dense ones. The choice depends on the row alone, never on its neighbours.
 *
 * @param x - Matrix [rows, width], row by row.
 * @param rows - Number of rows.
 * @param width - Length of a row.
 */
export function splitRows(x: Float32Array, rows: number, width: number): SplitRows {
  const most = Math.floor(width / SPARSITY);
  const sparse = new Int32Array(rows);
  const dense = new Int32Array(rows);
  const starts = new Int32Array(rows + 1);
  let columns = new Int32Array(0);
  let values = new Float32Array(0);
  let [sparseRows, denseRows, filled] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const start = filled;
    const offset = row * width;
    if (filled + most >= columns.length) {
      const room = 2 * (filled + most) + 1;
      columns = grown(columns, new Int32Array(room));
      values = grown(values, new Float32Array(room));
    }
    for (let column = 0; column < width && filled - start <= most; column++) {
      const value = x[offset + column];
      if (value === 0) continue;
      columns[filled] = column;
      values[filled] = value;
      filled++;
    }
    if (filled - start > most) {
      filled = start;
      dense[denseRows++] = row;
    } else {
      sparse[sparseRows++] = row;
      starts[sparseRows] = filled;
    }
  }
  return {
    sparse: sparse.subarray(0, sparseRows),
    starts: starts.subarray(0, sparseRows + 1),
    columns: columns.subarray(0, filled),
    values: values.subarray(0, filled),
    dense: dense.subarray(0, denseRows),
  };
}

function grown<Numbers extends Int32Array | Float32Array>(old: Numbers, larger: Numbers): Numbers {
  larger.set(old);
  return larger;
}
