// Rows that go through reflections, each of which swaps an axis with the direction kept in a row: `orthonormal-rows.ts` of
// `@advml/data` says what they make. Every sum is rounded as it is there, in its order, so the bits are the same.

/** Rows that are turned at once, two in a register. */
const ROWS: u32 = 8;
const LINE: usize = ROWS << 3;

/** Bytes of scratch that `reflectRows` needs: the entries of eight rows side by side. */
export function reflectRowsBytes(width: u32): u32 {
  return width * LINE;
}

/** Replaces row `j` by its mirror image under reflection `k`. */
function reflect(rows: usize, width: u32, j: u32, k: u32): void {
  const u = rows + ((k * width) << 3), row = rows + ((j * width) << 3), first = k << 3, end = width << 3;
  const sign: f64 = load<f64>(u + first) < 0 ? -1 : 1;
  let factor = sign * load<f64>(row + first);
  for (let at = first; at < end; at += 8) factor += load<f64>(row + at) * load<f64>(u + at);
  factor /= 1 + abs(load<f64>(u + first));
  for (let at = first; at < end; at += 8) store<f64>(row + at, load<f64>(row + at) - factor * load<f64>(u + at));
  store<f64>(row + first, load<f64>(row + first) - factor * sign);
}

/** Copies eight rows to lines of one entry each, or back. */
function transposeRows(width: u32, rows: usize, lines: usize, back: bool): void {
  for (let row: u32 = 0; row < ROWS; row++) {
    let entry = rows + ((row * width) << 3), at = lines + (row << 3);
    for (const end = entry + (width << 3); entry < end; entry += 8) {
      if (back) store<f64>(entry, load<f64>(at));
      else store<f64>(at, load<f64>(entry));
      at += LINE;
    }
  }
}

/** What a reflection swaps its axis with: the sign of the first entry of its direction u, and the number that factors are divided by. */
// @ts-ignore: decorator
@inline
function signOf(u: usize): v128 {
  return f64x2.splat(load<f64>(u) < 0 ? -1 : 1);
}

// @ts-ignore: decorator
@inline
function scaleOf(u: usize): v128 {
  return f64x2.splat(1 + abs(load<f64>(u)));
}

/**
 * Eight rows, whose entries stand side by side in lines[width], through the reflections start - 1 ... 0 of rows[start, width];
 * start > 0. A pass takes away what one reflection changes and sums up the factors of the next.
 */
function reflectLines(start: u32, width: u32, rows: usize, lines: usize): void {
  const end = lines + width * LINE, before = (width + 1) << 3; // from the head of a direction to that of the one before
  let u = rows + ((start - 1) * before), head = lines + (start - 1) * LINE;
  let sign = signOf(u), scale = scaleOf(u);
  let f0 = f64x2.mul(sign, v128.load(head)), f1 = f64x2.mul(sign, v128.load(head, 16));
  let f2 = f64x2.mul(sign, v128.load(head, 32)), f3 = f64x2.mul(sign, v128.load(head, 48));
  for (let line = head, from = u; line < end; line += LINE) {
    const value = v128.load_splat<u64>(from);
    f0 = f64x2.add(f0, f64x2.mul(v128.load(line), value));
    f1 = f64x2.add(f1, f64x2.mul(v128.load(line, 16), value));
    f2 = f64x2.add(f2, f64x2.mul(v128.load(line, 32), value));
    f3 = f64x2.add(f3, f64x2.mul(v128.load(line, 48), value));
    from += 8;
  }
  for (let k = start - 1; ; k--) {
    f0 = f64x2.div(f0, scale);
    f1 = f64x2.div(f1, scale);
    f2 = f64x2.div(f2, scale);
    f3 = f64x2.div(f3, scale);
    // The head loses its own entry of u and the sign, one after the other.
    const first = v128.load_splat<u64>(u);
    const h0 = f64x2.sub(f64x2.sub(v128.load(head), f64x2.mul(f0, first)), f64x2.mul(f0, sign));
    const h1 = f64x2.sub(f64x2.sub(v128.load(head, 16), f64x2.mul(f1, first)), f64x2.mul(f1, sign));
    const h2 = f64x2.sub(f64x2.sub(v128.load(head, 32), f64x2.mul(f2, first)), f64x2.mul(f2, sign));
    const h3 = f64x2.sub(f64x2.sub(v128.load(head, 48), f64x2.mul(f3, first)), f64x2.mul(f3, sign));
    v128.store(head, h0);
    v128.store(head, h1, 16);
    v128.store(head, h2, 32);
    v128.store(head, h3, 48);
    let line = head + LINE, from = u + 8;
    if (k == 0) {
      for (; line < end; line += LINE) {
        const value = v128.load_splat<u64>(from);
        v128.store(line, f64x2.sub(v128.load(line), f64x2.mul(f0, value)));
        v128.store(line, f64x2.sub(v128.load(line, 16), f64x2.mul(f1, value)), 16);
        v128.store(line, f64x2.sub(v128.load(line, 32), f64x2.mul(f2, value)), 32);
        v128.store(line, f64x2.sub(v128.load(line, 48), f64x2.mul(f3, value)), 48);
        from += 8;
      }
      return;
    }
    u -= before;
    head -= LINE;
    sign = signOf(u);
    scale = scaleOf(u);
    const own = v128.load_splat<u64>(u), second = v128.load_splat<u64>(u, 8);
    let g0 = f64x2.add(f64x2.mul(sign, v128.load(head)), f64x2.mul(v128.load(head), own));
    let g1 = f64x2.add(f64x2.mul(sign, v128.load(head, 16)), f64x2.mul(v128.load(head, 16), own));
    let g2 = f64x2.add(f64x2.mul(sign, v128.load(head, 32)), f64x2.mul(v128.load(head, 32), own));
    let g3 = f64x2.add(f64x2.mul(sign, v128.load(head, 48)), f64x2.mul(v128.load(head, 48), own));
    g0 = f64x2.add(g0, f64x2.mul(h0, second));
    g1 = f64x2.add(g1, f64x2.mul(h1, second));
    g2 = f64x2.add(g2, f64x2.mul(h2, second));
    g3 = f64x2.add(g3, f64x2.mul(h3, second));
    for (let next = u + 16; line < end; line += LINE) {
      const value = v128.load_splat<u64>(from), by = v128.load_splat<u64>(next);
      const x0 = f64x2.sub(v128.load(line), f64x2.mul(f0, value));
      v128.store(line, x0);
      g0 = f64x2.add(g0, f64x2.mul(x0, by));
      const x1 = f64x2.sub(v128.load(line, 16), f64x2.mul(f1, value));
      v128.store(line, x1, 16);
      g1 = f64x2.add(g1, f64x2.mul(x1, by));
      const x2 = f64x2.sub(v128.load(line, 32), f64x2.mul(f2, value));
      v128.store(line, x2, 32);
      g2 = f64x2.add(g2, f64x2.mul(x2, by));
      const x3 = f64x2.sub(v128.load(line, 48), f64x2.mul(f3, value));
      v128.store(line, x3, 48);
      g3 = f64x2.add(g3, f64x2.mul(x3, by));
      from += 8;
      next += 8;
    }
    f0 = g0;
    f1 = g1;
    f2 = g2;
    f3 = g3;
  }
}

/**
 * Turns rows[count, width], of which row j is zero before entry j, by the reflections of the rows before it: `H_0 ... H_{j-1} u_j`.
 * The last ones are turned first, so that the directions still needed stand untouched in the rows above.
 */
export function reflectRows(count: u32, width: u32, rows: usize, work: usize): void {
  for (let end = count; end > 0; end -= min(end, ROWS)) {
    const start = end - min(end, ROWS);
    for (let j = end - 1; j > start; j--) for (let k = j; k > start; k--) reflect(rows, width, j, k - 1);
    if (start == 0) return; // all eight rows are here otherwise
    const group = rows + ((start * width) << 3);
    transposeRows(width, group, work, false);
    reflectLines(start, width, rows, work);
    transposeRows(width, group, work, true);
  }
}
