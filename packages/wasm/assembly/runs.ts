// Neighbouring numbers, a few at a time: too few for the calls that memory.copy and memory.fill become.

/** to[n] = from[n]. */
// @ts-ignore: decorator
@inline
export function copy(n: i32, from: usize, to: usize): void {
  for (; n >= 4; n -= 4) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  for (; n > 0; n--) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 4;
  }
}

/** to[n] = 0. */
// @ts-ignore: decorator
@inline
export function clear(n: i32, to: usize): void {
  for (; n >= 4; n -= 4) {
    v128.store(to, f32x4.splat(0));
    to += 16;
  }
  for (; n > 0; n--) {
    store<f32>(to, 0);
    to += 4;
  }
}

/** to[n] += from[n]. */
export function add(n: i32, from: usize, to: usize): void {
  for (; n >= 4; n -= 4) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    from += 16;
    to += 16;
  }
  for (; n > 0; n--) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    from += 4;
    to += 4;
  }
}
