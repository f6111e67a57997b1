import { checksum, FormatError } from '@advml/formats';

const crc32Of = (value: object): string => checksum(new TextEncoder().encode(JSON.stringify(value)));

/**
 * A record as a file of JSON that tells whether it is what was written: with the checksum of its compact JSON.
 *
 * @param value - Plain JSON.
 * @param indent - Spaces a level, for files that people read. Default: all on one line.
 * @returns The text; {@link unseal} reads it.
 */
export function seal(value: object, indent?: number): string {
  return `${JSON.stringify({ crc32: crc32Of(value), ...value }, null, indent)}\n`;
}

/**
 * Reads what {@link seal} wrote. Another spacing or spelling of the same values does no harm.
 *
 * @param text - The file.
 * @returns The record.
 * @throws FormatError if a value was changed; SyntaxError if it is no JSON.
 */
export function unseal(text: string): Record<string, unknown> {
  const { crc32, ...value } = Object(JSON.parse(text)) as Record<string, unknown>;
  if (crc32 !== crc32Of(value)) throw new FormatError('its checksum does not fit');
  return value;
}
