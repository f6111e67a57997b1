/**
 * What tells an input from all others: the first half of the SHA-256 of its float32 entries.
 *
 * @param entries - Of one input.
 * @returns 32 hexadecimal digits.
 */
export async function digestOf(entries: Float32Array<ArrayBuffer>): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', entries));
  return Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
