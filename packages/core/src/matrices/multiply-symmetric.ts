/** Rows that are taken at a time, so that the vector and the result are read once for all of them. */
const ROWS = 4;

/**
 * The leading block of a symmetric matrix, given by its lower triangle, times a vector; every entry is read once.
 *
 * @param a - Entries, row after row.
 * @param stride - Numbers from one row to the next.
 * @param v - As many numbers as the block has rows.
 * @returns As many.
 */
export function multiplySymmetric(a: Float64Array, stride: number, v: Float64Array): Float64Array {
  const product = new Float64Array(v.length);
  const whole = v.length - (v.length % ROWS);
  for (let row = 0; row < whole; row += ROWS) {
    multiplyFour(a, row * stride, stride, v, row, product);
    for (let i = row; i < row + ROWS; i++) multiplyRow(a, i * stride, v, row, i, product);
  }
  for (let row = whole; row < v.length; row++) multiplyRow(a, row * stride, v, 0, row, product);
  return product;
}

/** Four rows left of the block on the diagonal, and the columns that are their mirror images. */
function multiplyFour(
  a: Float64Array,
  at: number,
  stride: number,
  v: Float64Array,
  row: number,
  product: Float64Array,
): void {
  let a0 = at;
  let a1 = at + stride;
  let a2 = at + 2 * stride;
  let a3 = at + 3 * stride;
  const v0 = v[row];
  const v1 = v[row + 1];
  const v2 = v[row + 2];
  const v3 = v[row + 3];
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let j = 0; j < row; j++) {
    const x0 = a[a0++];
    const x1 = a[a1++];
    const x2 = a[a2++];
    const x3 = a[a3++];
    const vj = v[j];
    s0 += x0 * vj;
    s1 += x1 * vj;
    s2 += x2 * vj;
    s3 += x3 * vj;
    product[j] += x0 * v0 + x1 * v1 + (x2 * v2 + x3 * v3);
  }
  product[row] += s0;
  product[row + 1] += s1;
  product[row + 2] += s2;
  product[row + 3] += s3;
}

/** One row from column `first` to the diagonal, and the column that is its mirror image. */
function multiplyRow(
  a: Float64Array,
  at: number,
  v: Float64Array,
  first: number,
  row: number,
  product: Float64Array,
): void {
  let sum = a[at + row] * v[row];
  for (let j = first; j < row; j++) {
    sum += a[at + j] * v[j];
    product[j] += a[at + j] * v[row];
  }
  product[row] += sum;
}
