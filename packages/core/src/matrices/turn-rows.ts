/**
 * Turns two rows in their plane, from column `begin` to `end`: the first becomes `cosine first + sine second`, the second
 * `cosine second - sine first`.
 */
export function turnRows(
  rows: Float64Array,
  stride: number,
  begin: number,
  end: number,
  first: number,
  second: number,
  cosine: number,
  sine: number,
): void {
  const a = rows.subarray(first * stride + begin, first * stride + end);
  const b = rows.subarray(second * stride + begin, second * stride + end);
  for (let j = 0; j < a.length; j++) {
    const x = a[j];
    const y = b[j];
    a[j] = cosine * x + sine * y;
    b[j] = cosine * y - sine * x;
  }
}
