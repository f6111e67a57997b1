/**
 * Inverse of a symmetric positive definite matrix, by Gauss and Jordan without pivots, in double precision.
 *
 * @param matrix - Entries, row after row.
 * @param size - Number of rows.
 * @returns Entries of the inverse.
 */
export function inverse(matrix: ArrayLike<number>, size: number): Float64Array {
  const entries = Float64Array.from(matrix);
  for (let pivot = 0; pivot < size; pivot++) {
    const row = entries.subarray(pivot * size, (pivot + 1) * size);
    const factor = 1 / row[pivot];
    row[pivot] = 1;
    for (let j = 0; j < size; j++) row[j] *= factor;
    for (let i = 0; i < size; i++) {
      if (i === pivot) continue;
      const other = entries.subarray(i * size, (i + 1) * size);
      const share = other[pivot];
      other[pivot] = 0;
      for (let j = 0; j < size; j++) other[j] -= share * row[j];
    }
  }
  return entries;
}
