import { crcOf } from './crc.ts';

/** CRC-32C (Castagnoli). */
const crc32c = crcOf(0x82f63b78);

/** A check of bytes that may hold checks themselves, turned and moved so that it is not one of those. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/**
 * A record of a TFRecord file, such as TensorBoard's event files are: its length, a check of that, the bytes and a check of these. A file
 * is records one after the other.
 *
 * @param bytes - The record.
 * @returns The record as it stands in a file, 16 bytes longer.
 * @example
 * ```ts
 * encodeTfRecord(new Uint8Array([1, 2, 3])).length; // 19
 * ```
 * @see "TFRecord and tf.train.Example", https://www.tensorflow.org/tutorials/load_data/tfrecord
 */
export function encodeTfRecord(bytes: Uint8Array): Uint8Array {
  const record = new Uint8Array(bytes.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(bytes, 12);
  view.setUint32(12 + bytes.length, masked(bytes), true);
  return record;
}
