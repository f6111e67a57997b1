/**
 * Bytes or text that were read are not what their format promises: damaged, cut off, or never of that format.
 *
 * The message says what is wrong and where. Arguments that cannot be written are a `RangeError` instead.
 *
 * @example
 * ```ts
 * try {
 *   decodeSafetensors(bytes);
 * } catch (error) {
 *   if (error instanceof FormatError) console.error(`cannot use weights.safetensors: ${error.message}`);
 *   else throw error;
 * }
 * ```
 */
export class FormatError extends Error {
  /** The name of this class, as it stands before the message. */
  override readonly name = 'FormatError';
}
