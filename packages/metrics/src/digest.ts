/**
 * A digest of 64 bits: two lanes, in which odd products move bits up and shifts move them down.
 *
 * @param arrays - Numbers of four or eight bytes.
 * @returns Sixteen hexadecimal digits.
 */
export function digestOf(...arrays: readonly (Float32Array | Int32Array | Float64Array)[]): string {
  let [a, b] = [0x9e3779b9, 0x7f4a7c15];
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const word of new Uint32Array(buffer, byteOffset, byteLength / 4)) {
      a = Math.imul(a ^ word, 0x85ebca6b);
      b = Math.imul(b ^ word, 0xc2b2ae35);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
  }
  return [a, b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
