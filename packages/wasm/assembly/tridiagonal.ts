// Householder's reduction of a symmetric matrix to a tridiagonal one, a panel of rows at a time: `tridiagonal.ts` of `@advml/core`
// says what is computed. The lower triangle stands row after row: row i has i + 1 numbers.
import { multiplyAddDoubles } from './lanes';

/** Where a row of the lower triangle begins. */
// @ts-ignore: decorator
@inline
function rowAt(a: usize, row: usize): usize {
  return a + ((row * (row + 1)) << 2);
}

// @ts-ignore: decorator
@inline
function sumOf(two: v128): f64 {
  return f64x2.extract_lane(two, 0) + f64x2.extract_lane(two, 1);
}

/** Of two rows of some bytes. */
function dot(bytes: usize, a: usize, b: usize): f64 {
  let sums = f64x2.splat(0);
  let at: usize = 0;
  for (const end = bytes & ~15; at < end; at += 16) sums = multiplyAddDoubles(sums, v128.load(a + at), v128.load(b + at));
  return at < bytes ? sumOf(sums) + load<f64>(a + at) * load<f64>(b + at) : sumOf(sums);
}

/** to += factor from. */
function addMultiple(bytes: usize, factor: f64, from: usize, to: usize): void {
  const factors = f64x2.splat(factor);
  let at: usize = 0;
  for (const end = bytes & ~15; at < end; at += 16) {
    v128.store(to + at, multiplyAddDoubles(v128.load(to + at), factors, v128.load(from + at)));
  }
  if (at < bytes) store<f64>(to + at, load<f64>(to + at) + factor * load<f64>(from + at));
}

/** What one row up to the diagonal, from column `first` on, and the column that is its mirror image add to the product. */
function multiplyRow(first: usize, row: usize, entries: usize, v: usize, product: usize): void {
  const own = load<f64>(v + (row << 3));
  let sum = load<f64>(entries + (row << 3)) * own;
  for (let at = first << 3; at < row << 3; at += 8) {
    const entry = load<f64>(entries + at);
    sum += entry * load<f64>(v + at);
    store<f64>(product + at, load<f64>(product + at) + entry * own);
  }
  store<f64>(product + (row << 3), load<f64>(product + (row << 3)) + sum);
}

/** product = A v for the first `size` rows and columns; every entry is read once, those of four rows together. */
function multiplySymmetric(size: usize, a: usize, v: usize, product: usize): void {
  memory.fill(product, 0, size << 3);
  const whole = size & ~3;
  for (let row: usize = 0; row < whole; row += 4) {
    const a0 = rowAt(a, row), a1 = rowAt(a, row + 1), a2 = rowAt(a, row + 2), a3 = rowAt(a, row + 3);
    const own = v + (row << 3), to = product + (row << 3);
    const v0 = v128.load_splat<u64>(own), v1 = v128.load_splat<u64>(own, 8);
    const v2 = v128.load_splat<u64>(own, 16), v3 = v128.load_splat<u64>(own, 24);
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let at: usize = 0; at < row << 3; at += 16) {
      const x0 = v128.load(a0 + at), x1 = v128.load(a1 + at), x2 = v128.load(a2 + at), x3 = v128.load(a3 + at);
      const others = v128.load(v + at);
      s0 = multiplyAddDoubles(s0, x0, others); s1 = multiplyAddDoubles(s1, x1, others);
      s2 = multiplyAddDoubles(s2, x2, others); s3 = multiplyAddDoubles(s3, x3, others);
      const left = multiplyAddDoubles(multiplyAddDoubles(v128.load(product + at), x0, v0), x1, v1);
      const right = multiplyAddDoubles(f64x2.mul(x2, v2), x3, v3);
      v128.store(product + at, f64x2.add(left, right));
    }
    store<f64>(to, load<f64>(to) + sumOf(s0)); store<f64>(to, load<f64>(to, 8) + sumOf(s1), 8);
    store<f64>(to, load<f64>(to, 16) + sumOf(s2), 16); store<f64>(to, load<f64>(to, 24) + sumOf(s3), 24);
    for (let i = row; i < row + 4; i++) multiplyRow(row, i, rowAt(a, i), v, product);
  }
  for (let row = whole; row < size; row++) multiplyRow(0, row, rowAt(a, row), v, product);
}

/** Turns the first `row` numbers into the vector of the reflector that leaves only the last of them, which goes to `beside`; gives half its square. */
function toReflector(row: usize, v: usize, beside: usize): f64 {
  const last = (row - 1) << 3;
  let square = dot(last, v, v);
  const end = load<f64>(v + last);
  if (square == 0) {
    store<f64>(beside + last, end);
    return 0;
  }
  square += end * end;
  const left = end > 0 ? -sqrt(square) : sqrt(square);
  store<f64>(beside + last, left);
  store<f64>(v + last, end - left);
  return square - end * left;
}

/** The w for which the reflector on both sides takes v^T w + w^T v away from the matrix, less the pairs before it. */
function partner(row: usize, line: usize, a: usize, pairs: usize, depth: usize, half: f64): void {
  const bytes = row << 3, v = pairs + depth * line, w = v + line;
  multiplySymmetric(row, a, v, w);
  for (let k: usize = 0; k < depth; k++) addMultiple(bytes, -dot(bytes, v, pairs + (k ^ 1) * line), pairs + k * line, w);
  for (let at: usize = 0; at < bytes; at += 8) store<f64>(w + at, load<f64>(w + at) / half);
  addMultiple(bytes, -dot(bytes, w, v) / (2 * half), v, w);
}

/**
 * Reduces rows end - 1 ... begin of the lower triangle a, whose rows before `begin` stay as they are. Row i then begins with the vector
 * of its reflector. `pairs` gets v, w, v, w, ... of the rows as they come, [2 (end - begin), end], zero where there is no reflector.
 */
export function reducePanel(begin: u32, end: u32, a: usize, pairs: usize, diagonal: usize, beside: usize, halves: usize): void {
  const line: usize = (<usize>end) << 3;
  memory.fill(pairs, 0, 2 * (end - begin) * line);
  let depth: usize = 0;
  for (let row: usize = end; row-- > begin; depth += 2) {
    const entries = rowAt(a, row), at = row << 3;
    for (let k: usize = 0; k < depth; k++) addMultiple(at + 8, -load<f64>(pairs + k * line + at), pairs + (k ^ 1) * line, entries);
    store<f64>(diagonal + at, load<f64>(entries + at));
    const half = row > 0 ? toReflector(row, entries, beside) : 0;
    store<f64>(halves + at, half);
    if (!(half > 0)) continue;
    memory.copy(pairs + depth * line, entries, at);
    partner(row, line, a, pairs, depth, half);
  }
}
