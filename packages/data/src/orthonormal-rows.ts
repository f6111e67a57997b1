import type { Key } from '@advml/core';
import { hasExtraKernel, requireInteger, runExtraKernel } from '@advml/core/internal';

/**
 * Replaces row `j` by its mirror image under reflection `k`, which swaps an axis with the direction kept in row `k`.
 *
 * The reflection is `I - v v^T / (1 + |u_k|)` with `v = u + sign(u_k) e_k`, where `u` is row `k`, zero before entry `k`.
 */
function reflect(rows: Float64Array, width: number, j: number, k: number): void {
  const [u, row] = [k * width, j * width];
  const sign = rows[u + k] < 0 ? -1 : 1;
  let factor = sign * rows[row + k];
  for (let at = k; at < width; at++) factor += rows[row + at] * rows[u + at];
  factor /= 1 + Math.abs(rows[u + k]);
  for (let at = k; at < width; at++) rows[row + at] -= factor * rows[u + at];
  rows[row + k] -= factor * sign;
}

/** {@link reflect} for rows `j` to `j + 3` at once: one pass over row `k` and four independent sums, twice as fast. */
function reflectFour(rows: Float64Array, width: number, j: number, k: number): void {
  const u = k * width;
  const [a, b, c, d] = [j * width, (j + 1) * width, (j + 2) * width, (j + 3) * width];
  const sign = rows[u + k] < 0 ? -1 : 1;
  let [fa, fb, fc, fd] = [sign * rows[a + k], sign * rows[b + k], sign * rows[c + k], sign * rows[d + k]];
  for (let at = k; at < width; at++) {
    const value = rows[u + at];
    fa += rows[a + at] * value;
    fb += rows[b + at] * value;
    fc += rows[c + at] * value;
    fd += rows[d + at] * value;
  }
  const scale = 1 + Math.abs(rows[u + k]);
  fa /= scale;
  fb /= scale;
  fc /= scale;
  fd /= scale;
  for (let at = k; at < width; at++) {
    const value = rows[u + at];
    rows[a + at] -= fa * value;
    rows[b + at] -= fb * value;
    rows[c + at] -= fc * value;
    rows[d + at] -= fd * value;
  }
  rows[a + k] -= fa * sign;
  rows[b + k] -= fb * sign;
  rows[c + k] -= fc * sign;
  rows[d + k] -= fd * sign;
}

/** Writes a uniform direction of the last `width - at` axes into row `at`. */
function drawDirection(rows: Float64Array, width: number, at: number, key: Key): void {
  const entries = key.normal(width - at);
  const length = Math.sqrt(entries.reduce((sum, entry) => sum + entry * entry, 0));
  for (const [offset, entry] of entries.entries()) rows[at * width + at + offset] = entry / length;
}

/**
 * Random orthonormal rows, uniform (Haar) over all such sets; a uniform orthogonal matrix if there are as many as axes.
 *
 * Row `j` starts as a uniform direction `u_j` of the axes from `j` on and goes through the reflections `H_k` of the rows
 * before it, each of which takes axis `k` to `u_k` up to sign:
 *
 * ```math
 * q_j = H_0 H_1 \cdots H_{j-1} u_j
 * ```
 *
 * About `4/3 n^3` operations in double precision for a full matrix: two to four seconds at `n = 1536`, and a sixth of that where the
 * backend has the kernel `ReflectRows` (`useWasm` of `@advml/wasm` brings it), which gives the same bits. Rows are turned from the
 * last to the first, so that the directions still needed stand untouched in the rows above.
 *
 * @param key - Decides the rows.
 * @param count - How many rows, at most `width`.
 * @param width - Their length.
 * @returns The rows one after the other, [count, width], orthonormal to single precision.
 * @see Stewart: The Efficient Generation of Random Orthogonal Matrices with an Application to Condition Estimators, 1980.
 */
export function orthonormalRows(key: Key, count: number, width: number): Float32Array {
  requireInteger({ width }, 1);
  requireInteger({ count });
  const rows = new Float64Array(count * width);
  for (let at = 0; at < count; at++) drawDirection(rows, width, at, key.child(at));

  if (hasExtraKernel('ReflectRows')) {
    runExtraKernel('ReflectRows', {}, { rows, count, width });
    return Float32Array.from(rows);
  }
  for (let end = count; end > 0; end -= 4) {
    const start = Math.max(end - 4, 0);
    for (let j = end - 1; j > start; j--) for (let k = j - 1; k >= start; k--) reflect(rows, width, j, k);
    // All four rows are here: only a first group of fewer rows has start = 0 otherwise.
    for (let k = start - 1; k >= 0; k--) reflectFour(rows, width, start, k);
  }
  return Float32Array.from(rows);
}
