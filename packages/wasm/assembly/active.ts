// Which entries of the preactivations u[m neurons, n examples] of a symmetric two-layer network are active: u > t opens one
// rectifier of a neuron, u < -t the other. NaN opens none.
//
// A threshold t for each entry is `step` = 4 bytes from the next one; with `step` = 0 four equal ones serve all.

/** Both masks of four entries, as bits. */
// @ts-ignore: decorator
@inline
function openBits(u: v128, t: v128): i32 {
  return i32x4.bitmask(v128.or(f32x4.gt(u, t), f32x4.lt(u, f32x4.neg(t))));
}

/** Both masks of `count` entries, at most 64, as bits: one loop over many bits goes faster than many loops over few. */
// @ts-ignore: decorator
@inline
function openWord(u: usize, t: usize, step: u32, count: u32): u64 {
  let word: u64 = 0;
  for (let at: u32 = 0; at < count; at += 4) {
    word |= u64(openBits(v128.load(u + (at << 2)), v128.load(t + at * step))) << at;
  }
  return word;
}

// @ts-ignore: decorator
@inline
function isOpen(u: f32, t: f32): bool {
  return u > t || u < -t;
}

/** Open rectifiers times the gradient of the output. */
// @ts-ignore: decorator
@inline
function factorOf(u: f32, t: f32, dy: f32): f32 {
  return dy * <f32>(i32(u > t) + i32(u < -t));
}

/** Where each neuron's list of active examples starts: offsets[m + 1]. Returns the length of all lists. */
export function countByNeuron(m: u32, n: u32, u: usize, t: usize, step: u32, offsets: usize): u32 {
  let total: u32 = 0;
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    store<u32>(offsets + (neuron << 2), total);
    let example: u32 = 0;
    for (; example + 4 <= n; example += 4) {
      total += popcnt(openBits(v128.load(u), v128.load(t)));
      u += 16;
      t += step << 2;
    }
    for (; example < n; example++) {
      total += u32(isOpen(load<f32>(u), load<f32>(t)));
      u += 4;
      t += step;
    }
  }
  store<u32>(offsets + (m << 2), total);
  return total;
}

/** The lists that `countByNeuron` has made room for: examples, and what each adds to the neuron's gradient. */
export function listByNeuron(
  m: u32, n: u32, u: usize, t: usize, step: u32, dy: usize, index: usize, factor: usize,
): void {
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    let example: u32 = 0;
    for (const whole = n & ~3; example < whole; ) {
      const count = min<u32>(64, whole - example);
      for (let bits = openWord(u, t, step, count); bits != 0; bits &= bits - 1) {
        const lane = <u32>ctz(bits), slope = load<f32>(dy + ((example + lane) << 2));
        store<u32>(index, example + lane);
        store<f32>(factor, factorOf(load<f32>(u + (lane << 2)), load<f32>(t + lane * step), slope));
        index += 4;
        factor += 4;
      }
      example += count;
      u += count << 2;
      t += count * step;
    }
    for (; example < n; example++) {
      if (isOpen(load<f32>(u), load<f32>(t))) {
        store<u32>(index, example);
        store<f32>(factor, factorOf(load<f32>(u), load<f32>(t), load<f32>(dy + (example << 2))));
        index += 4;
        factor += 4;
      }
      u += 4;
      t += step;
    }
  }
}

/** Where each example's list of active neurons starts: offsets[n + 1]. Returns the length of all lists. */
export function countByExample(m: u32, n: u32, u: usize, t: usize, step: u32, offsets: usize): u32 {
  memory.fill(offsets, 0, (n + 1) << 2);
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    let example: u32 = 0, at = offsets;
    for (; example + 4 <= n; example += 4) {
      const x = v128.load(u), threshold = v128.load(t);
      const open = v128.or(f32x4.gt(x, threshold), f32x4.lt(x, f32x4.neg(threshold)));
      v128.store(at, i32x4.sub(v128.load(at), open));
      u += 16;
      t += step << 2;
      at += 16;
    }
    for (; example < n; example++) {
      store<u32>(at, load<u32>(at) + u32(isOpen(load<f32>(u), load<f32>(t))));
      u += 4;
      t += step;
      at += 4;
    }
  }
  let total: u32 = 0;
  for (let example: u32 = 0; example <= n; example++) {
    const at = offsets + (example << 2), length = load<u32>(at);
    store<u32>(at, total);
    total += length;
  }
  return total;
}

/** The lists that `countByExample` has made room for: neurons in their order, and each one's factor. */
export function listByExample(
  m: u32, n: u32, u: usize, t: usize, step: u32, dy: usize, offsets: usize, index: usize, factor: usize,
): void {
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    let example: u32 = 0;
    for (const whole = n & ~3; example < whole; ) {
      const count = min<u32>(64, whole - example);
      for (let bits = openWord(u, t, step, count); bits != 0; bits &= bits - 1) {
        const lane = <u32>ctz(bits);
        append(neuron, example + lane, u + (lane << 2), t + lane * step, dy, offsets, index, factor);
      }
      example += count;
      u += count << 2;
      t += count * step;
    }
    for (; example < n; example++) {
      if (isOpen(load<f32>(u), load<f32>(t))) append(neuron, example, u, t, dy, offsets, index, factor);
      u += 4;
      t += step;
    }
  }
  // Every offset has moved to the end of its list, which is the start of the next one.
  for (let example = n; example > 0; example--) {
    store<u32>(offsets + (example << 2), load<u32>(offsets + ((example - 1) << 2)));
  }
  store<u32>(offsets, 0);
}

// @ts-ignore: decorator
@inline
function append(
  neuron: u32, example: u32, u: usize, t: usize, dy: usize, offsets: usize, index: usize, factor: usize,
): void {
  const cursor = offsets + (example << 2), at = load<u32>(cursor);
  store<u32>(index + (at << 2), neuron);
  store<f32>(factor + (at << 2), factorOf(load<f32>(u), load<f32>(t), load<f32>(dy + (example << 2))));
  store<u32>(cursor, at + 1);
}

/** counts[n]: for each example the neurons below -t less those above t, for one t: d output / d t. */
export function balance(m: u32, n: u32, u: usize, t: usize, counts: usize): void {
  const threshold = v128.load(t), below = f32x4.neg(threshold), one = load<f32>(t);
  memory.fill(counts, 0, n << 2);
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    let example: u32 = 0, at = counts;
    for (; example + 4 <= n; example += 4) {
      const x = v128.load(u);
      v128.store(at, i32x4.add(v128.load(at), i32x4.sub(f32x4.gt(x, threshold), f32x4.lt(x, below))));
      u += 16;
      at += 16;
    }
    for (; example < n; example++) {
      const x = load<f32>(u);
      store<i32>(at, load<i32>(at) + i32(x < -one) - i32(x > one));
      u += 4;
      at += 4;
    }
  }
}

/** out[m, n] = dy (1 below -t, -1 above t, 0 between), for a threshold t for each entry: d loss / d t. */
export function thresholdSlopes(m: u32, n: u32, u: usize, t: usize, dy: usize, out: usize): void {
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    for (let example: u32 = 0; example < n; example++) {
      const x = load<f32>(u), threshold = load<f32>(t);
      store<f32>(out, load<f32>(dy + (example << 2)) * <f32>(i32(x < -threshold) - i32(x > threshold)));
      u += 4;
      t += 4;
      out += 4;
    }
  }
}
