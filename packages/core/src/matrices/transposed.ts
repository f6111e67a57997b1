/**
 * The columns of a matrix as rows, in double precision.
 *
 * @param data - Entries, row after row, [rows, columns].
 * @param rows - Number of rows.
 * @param columns - Number of columns.
 * @returns The entries column after column, [columns, rows].
 */
export function transposed(data: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j];
  return result;
}
