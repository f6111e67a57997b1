import type { Pace } from '../pace.ts';
import { addProduct, byRows, transposeOf } from './add-product.ts';

/** Reflectors that are applied together. */
const PANEL = 32;
/** Rows that they are applied to at a time. */
const BLOCK = 128;

/**
 * Multiplies rows by the reflectors of a reduction to tridiagonal form, `V H_1 H_2 ... H_{n-1}`, in place: eigenvectors of the
 * tridiagonal matrix become those of the matrix that was reduced.
 *
 * @param rows - V, row after row, [size, size].
 * @param reflectors - Row i begins with the i numbers of the vector of H_i.
 * @param halves - Half the square of each vector, 0 where there is no reflector.
 * @param pace - Told of every reflector.
 * @see Schreiber, Van Loan: A Storage-Efficient WY Representation for Products of Householder Transformations, 1989.
 */
export async function reflectRows(
  rows: Float64Array,
  reflectors: Float64Array,
  halves: Float64Array,
  pace: Pace,
): Promise<void> {
  const size = halves.length;
  for (let first = 0; first < size; first += PANEL) {
    const count = Math.min(PANEL, size - first);
    const length = first + count - 1; // of the longest vector
    const y = new Float64Array(count * length); // the vectors, a row each
    for (let i = 0; i < count; i++) {
      const at = (first + i) * size;
      if (halves[first + i] > 0) y.set(reflectors.subarray(at, at + first + i), i * length);
    }
    const triangle = compactTriangle(y, halves.subarray(first, first + count), length);
    for (let row = 0; row < size; row += BLOCK) {
      await pace(0);
      const high = Math.min(BLOCK, size - row);
      const block = byRows(rows, size, row * size);
      const along = new Float64Array(high * count);
      const turned = new Float64Array(high * count);
      addProduct(
        { rows: high, columns: count, depth: length },
        block,
        transposeOf(byRows(y, length)),
        byRows(along, count),
      );
      addProduct(
        { rows: high, columns: count, depth: count },
        byRows(along, count),
        byRows(triangle, count),
        byRows(turned, count),
      );
      addProduct({ rows: high, columns: length, depth: count }, byRows(turned, count), byRows(y, length), block, -1);
    }
    await pace(count);
  }
}

/** The upper triangle T for which the reflectors' product is `I - Y^T T Y`, Y their vectors as rows; [count, count]. */
function compactTriangle(y: Float64Array, halves: Float64Array, length: number): Float64Array {
  const count = halves.length;
  const between = new Float64Array(count * count); // inner products
  addProduct(
    { rows: count, columns: count, depth: length },
    byRows(y, length),
    transposeOf(byRows(y, length)),
    byRows(between, count),
  );
  const triangle = new Float64Array(count * count);
  for (let j = 0; j < count; j++) {
    if (halves[j] === 0) continue;
    triangle[j * count + j] = 1 / halves[j];
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += triangle[i * count + k] * between[k * count + j];
      triangle[i * count + j] = -sum / halves[j];
    }
  }
  return triangle;
}
