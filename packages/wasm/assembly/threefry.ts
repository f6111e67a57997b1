// The words of keys: Threefry-2x32 with 20 rounds, as in packages/core, four counters at a time.
import { interleaveHigh, interleaveLow } from './lanes';

/** One round's second half: the bits of x rotated to the left, then mixed with y. */
// @ts-ignore: decorator
@inline
function mix(x: v128, bits: i32, y: v128): v128 {
  return v128.xor(v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits)), y);
}

/** to[8] = the words of four counters, first and second of each in turn. */
function eightWords(counters: v128, k0: v128, k1: v128, k2: v128, to: usize): void {
  let x0 = i32x4.add(counters, k0), x1 = k1;
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 13, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 15, x0);
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 26, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 6, x0);
  x0 = i32x4.add(x0, k1); x1 = i32x4.add(x1, i32x4.add(k2, i32x4.splat(1)));
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 17, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 29, x0);
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 16, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 24, x0);
  x0 = i32x4.add(x0, k2); x1 = i32x4.add(x1, i32x4.add(k0, i32x4.splat(2)));
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 13, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 15, x0);
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 26, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 6, x0);
  x0 = i32x4.add(x0, k0); x1 = i32x4.add(x1, i32x4.add(k1, i32x4.splat(3)));
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 17, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 29, x0);
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 16, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 24, x0);
  x0 = i32x4.add(x0, k1); x1 = i32x4.add(x1, i32x4.add(k2, i32x4.splat(4)));
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 13, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 15, x0);
  x0 = i32x4.add(x0, x1); x1 = mix(x1, 26, x0); x0 = i32x4.add(x0, x1); x1 = mix(x1, 6, x0);
  x0 = i32x4.add(x0, k2); x1 = i32x4.add(x1, i32x4.add(k0, i32x4.splat(5)));
  v128.store(to, interleaveLow(x0, x1));
  v128.store(to, interleaveHigh(x0, x1), 16);
}

/** out[rows, width] = for each of keys[rows, 2] its first `width` words; `tile` has room for eight. */
export function keyWords(rows: u32, width: u32, keys: usize, out: usize, tile: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const first = load<u32>(keys), second = load<u32>(keys, 4);
    const k0 = i32x4.splat(first), k1 = i32x4.splat(second), k2 = i32x4.splat(0x1bd11bda ^ first ^ second);
    let counters = i32x4(0, 1, 2, 3), at: u32 = 0;
    for (; at + 8 <= width; at += 8) {
      eightWords(counters, k0, k1, k2, out);
      counters = i32x4.add(counters, i32x4.splat(4));
      out += 32;
    }
    if (at < width) {
      eightWords(counters, k0, k1, k2, tile);
      memory.copy(out, tile, (width - at) << 2);
      out += (width - at) << 2;
    }
    keys += 8;
  }
}
