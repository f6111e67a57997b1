import type { Rows } from './matrix.ts';

/** The matrix with rows and columns exchanged, in double precision. */
export function transposed({ rows, columns, data }: Rows): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j];
  return result;
}
