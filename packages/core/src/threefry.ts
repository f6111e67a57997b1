const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/**
 * The Threefry-2x32 block function with 20 rounds: a keyed bijection of two 32-bit words.
 *
 * @param k0 - First word of the key.
 * @param k1 - Second word of the key.
 * @param c0 - First word of the counter.
 * @param c1 - Second word of the counter.
 * @returns Two random words, each an unsigned 32-bit integer.
 */
export function threefry(k0: number, k1: number, c0: number, c1: number): [number, number] {
  const keys = [k0, k1, 0x1bd11bda ^ k0 ^ k1];
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round & 7];
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    if ((round & 3) === 3) {
      const injection = (round >> 2) + 1;
      x0 = (x0 + keys[injection % 3]) | 0;
      x1 = (x1 + keys[(injection + 1) % 3] + injection) | 0;
    }
  }
  return [x0 >>> 0, x1 >>> 0];
}

/**
 * Two words from a name: strings are hashed with the generator itself, integers stand for themselves.
 *
 * @param name - A string, or an integer from 0 to 2^53 - 1.
 * @returns Two words; the second has its two highest bits free for the caller's tags.
 */
export function hashName(name: string | number): [number, number] {
  if (typeof name === 'number') return [name >>> 0, Math.floor(name / 2 ** 32) & 0x1fffff];
  let [h0, h1] = [name.length, 0x9e3779b9];
  for (const letter of name) [h0, h1] = threefry(h0, h1, letter.codePointAt(0) ?? 0, 0);
  return [h0, (h1 & 0x3fffffff) | 0x40000000];
}
