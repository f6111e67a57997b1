import { key } from '../../src/index.ts';

/** Independent normal numbers. */
export const gaussian = (name: string, count: number): Float64Array =>
  Float64Array.from(key('matrices', name).normal(count));

/** `a b^T` by the definition, rows as long as `length`. */
export function products(a: Float64Array, b: Float64Array, length: number): Float64Array {
  const [rows, columns] = [a.length / length, b.length / length];
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns) * length, (at % columns) * length];
    let sum = 0;
    for (let k = 0; k < length; k++) sum += a[i + k] * b[j + k];
    return sum;
  });
}

/** A random matrix with orthonormal rows, by Gram and Schmidt. */
export function orthonormal(name: string, size: number): Float64Array {
  const rows = gaussian(name, size * size);
  for (let i = 0; i < size; i++) {
    const own = rows.subarray(i * size, (i + 1) * size);
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++) {
        const other = rows.subarray(j * size, (j + 1) * size);
        const along = own.reduce((sum, value, at) => sum + value * other[at], 0);
        for (let k = 0; k < size; k++) own[k] -= along * other[k];
      }
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    for (let k = 0; k < size; k++) own[k] /= length;
  }
  return rows;
}

/** A symmetric matrix with these eigenvalues and random eigenvectors. */
export function withSpectrum(name: string, values: readonly number[]): Float64Array {
  const size = values.length;
  const basis = orthonormal(name, size); // its columns are taken as eigenvectors
  const scaled = basis.map((value, at) => value * values[at % size]);
  return products(scaled, basis, size);
}

/** The largest size of an entry of a difference. */
export function largestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = Math.abs(a.length - b.length);
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs(a[at] - b[at]));
  return most;
}

/** The identity, or a diagonal matrix. */
export function diagonalMatrix(values: ArrayLike<number>): Float64Array {
  const size = values.length;
  return Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? values[at % size] : 0));
}
