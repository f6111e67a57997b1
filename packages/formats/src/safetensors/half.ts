/** The number of an IEEE 754 half: a sign, five bits of exponent, ten of the fraction. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/**
 * Numbers of half precision in single precision, each exactly.
 *
 * @param dtype - IEEE halves, or the upper halves of single-precision numbers.
 * @param bits - The numbers as they are stored.
 */
export function widened(dtype: 'F16' | 'BF16', bits: Uint16Array): Float32Array {
  if (dtype === 'F16') return Float32Array.from(bits, half);
  return new Float32Array(Uint32Array.from(bits, (upper) => upper << 16).buffer);
}
