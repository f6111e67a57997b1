// Which entries of the preactivations u[m neurons, n examples] of a symmetric two-layer network are active:
// u > bias opens one rectifier of a neuron, u < -bias the other. NaN opens none.

/** Both masks of four entries, as bits. */
// @ts-ignore: decorator
@inline
function openBits(u: v128, bias: v128): i32 {
  return i32x4.bitmask(v128.or(f32x4.gt(u, bias), f32x4.lt(u, f32x4.neg(bias))));
}

/** Both masks of `count` entries, at most 64, as bits: one loop over many bits goes faster than many loops over few. */
// @ts-ignore: decorator
@inline
function openWord(u: usize, count: u32, bias: v128): u64 {
  let word: u64 = 0;
  for (let at: u32 = 0; at < count; at += 4) word |= u64(openBits(v128.load(u + (at << 2)), bias)) << at;
  return word;
}

// @ts-ignore: decorator
@inline
function isOpen(u: f32, bias: f32): bool {
  return u > bias || u < -bias;
}

/** Open rectifiers times the gradient of the output. */
// @ts-ignore: decorator
@inline
function factorOf(u: f32, bias: f32, dy: f32): f32 {
  return dy * <f32>(i32(u > bias) + i32(u < -bias));
}

/** Where each neuron's list of active examples starts: offsets[m + 1]. Returns the length of all lists. */
export function countByNeuron(m: u32, n: u32, u: usize, bias: f32, offsets: usize): u32 {
  const threshold = f32x4.splat(bias);
  let total: u32 = 0;
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    store<u32>(offsets + (neuron << 2), total);
    let example: u32 = 0;
    for (; example + 4 <= n; example += 4) {
      total += popcnt(openBits(v128.load(u), threshold));
      u += 16;
    }
    for (; example < n; example++) {
      total += u32(isOpen(load<f32>(u), bias));
      u += 4;
    }
  }
  store<u32>(offsets + (m << 2), total);
  return total;
}

/** The lists that `countByNeuron` has made room for: examples, and what each adds to the neuron's gradient. */
export function listByNeuron(m: u32, n: u32, u: usize, bias: f32, dy: usize, index: usize, factor: usize): void {
  const threshold = f32x4.splat(bias);
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    let example: u32 = 0;
    for (const whole = n & ~3; example < whole; ) {
      const count = min<u32>(64, whole - example);
      for (let bits = openWord(u, count, threshold); bits != 0; bits &= bits - 1) {
        const lane = <u32>ctz(bits);
        store<u32>(index, example + lane);
        store<f32>(factor, factorOf(load<f32>(u + (lane << 2)), bias, load<f32>(dy + ((example + lane) << 2))));
        index += 4;
        factor += 4;
      }
      example += count;
      u += count << 2;
    }
    for (; example < n; example++) {
      if (isOpen(load<f32>(u), bias)) {
        store<u32>(index, example);
        store<f32>(factor, factorOf(load<f32>(u), bias, load<f32>(dy + (example << 2))));
        index += 4;
        factor += 4;
      }
      u += 4;
    }
  }
}

/** Where each example's list of active neurons starts: offsets[n + 1]. Returns the length of all lists. */
export function countByExample(m: u32, n: u32, u: usize, bias: f32, offsets: usize): u32 {
  const threshold = f32x4.splat(bias), below = f32x4.splat(-bias);
  memory.fill(offsets, 0, (n + 1) << 2);
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    let example: u32 = 0, at = offsets;
    for (; example + 4 <= n; example += 4) {
      const x = v128.load(u), open = v128.or(f32x4.gt(x, threshold), f32x4.lt(x, below));
      v128.store(at, i32x4.sub(v128.load(at), open));
      u += 16;
      at += 16;
    }
    for (; example < n; example++) {
      store<u32>(at, load<u32>(at) + u32(isOpen(load<f32>(u), bias)));
      u += 4;
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
export function listByExample(m: u32, n: u32, u: usize, bias: f32, dy: usize, offsets: usize, index: usize, factor: usize): void {
  const threshold = f32x4.splat(bias);
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    let example: u32 = 0;
    for (const whole = n & ~3; example < whole; ) {
      const count = min<u32>(64, whole - example);
      for (let bits = openWord(u, count, threshold); bits != 0; bits &= bits - 1) {
        const lane = <u32>ctz(bits);
        append(neuron, example + lane, load<f32>(u + (lane << 2)), bias, dy, offsets, index, factor);
      }
      example += count;
      u += count << 2;
    }
    for (; example < n; example++) {
      if (isOpen(load<f32>(u), bias)) append(neuron, example, load<f32>(u), bias, dy, offsets, index, factor);
      u += 4;
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
function append(neuron: u32, example: u32, u: f32, bias: f32, dy: usize, offsets: usize, index: usize, factor: usize): void {
  const cursor = offsets + (example << 2), at = load<u32>(cursor);
  store<u32>(index + (at << 2), neuron);
  store<f32>(factor + (at << 2), factorOf(u, bias, load<f32>(dy + (example << 2))));
  store<u32>(cursor, at + 1);
}

/** counts[n]: for each example the neurons below -bias less those above bias, which is d output / d bias. */
export function balance(m: u32, n: u32, u: usize, bias: f32, counts: usize): void {
  const threshold = f32x4.splat(bias), below = f32x4.splat(-bias);
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
      store<i32>(at, load<i32>(at) + i32(x < -bias) - i32(x > bias));
      u += 4;
      at += 4;
    }
  }
}
