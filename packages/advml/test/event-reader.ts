// A reader of TensorBoard's event files, written from the descriptions of TFRecord, CRC-32C and protocol buffers alone.

/** CRC-32C, bit by bit. */
function crc(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  }
  return ~rest >>> 0;
}

function requireCheck(bytes: Uint8Array, check: number): void {
  const masked = ((((crc(bytes) >>> 15) | (crc(bytes) << 17)) >>> 0) + 0xa282ead8) % 2 ** 32;
  if (masked !== check) throw new Error('a check does not fit');
}

/** The records of a TFRecord file. */
function recordsIn(file: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    requireCheck(file.subarray(at, at + 8), view.getUint32(at + 8, true));
    const record = file.subarray(at + 12, at + 12 + length);
    requireCheck(record, view.getUint32(at + 12 + length, true));
    records.push(record);
    at += length + 16;
  }
  return records;
}

/** The fields of a message by their numbers: whole numbers, bytes, or the bytes of a number of fixed size. */
function fieldsOf(message: Uint8Array): ReadonlyMap<number, number | Uint8Array> {
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = message[at++];
      value += (byte % 128) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  const taken = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  const fields = new Map<number, number | Uint8Array>();
  while (at < message.length) {
    const key = varint();
    const kind = key % 8;
    if (kind !== 0 && kind !== 1 && kind !== 2 && kind !== 5) throw new Error(`no such kind of field: ${kind}`);
    fields.set(Math.floor(key / 8), kind === 0 ? varint() : taken(kind === 1 ? 8 : kind === 5 ? 4 : varint()));
  }
  return fields;
}

const viewOf = (bytes: unknown) => {
  const { buffer, byteOffset, length } = bytes as Uint8Array;
  return new DataView(buffer, byteOffset, length);
};
const textOf = (bytes: unknown) => new TextDecoder().decode(bytes as Uint8Array);

/** An event with one number. */
export interface ReadScalar {
  readonly time: number;
  readonly step: number;
  readonly tag: string;
  readonly value: number;
}

/** The version and the numbers of an event file. */
export function readEvents(file: Uint8Array): { readonly version: string; readonly scalars: readonly ReadScalar[] } {
  const [first, ...others] = recordsIn(file).map(fieldsOf);
  return {
    version: textOf(first.get(3)),
    scalars: others.map((event) => {
      const value = fieldsOf(fieldsOf(event.get(5) as Uint8Array).get(1) as Uint8Array);
      return {
        time: viewOf(event.get(1)).getFloat64(0, true),
        step: (event.get(2) as number) ?? 0,
        tag: textOf(value.get(1)),
        value: viewOf(value.get(2)).getFloat32(0, true),
      };
    }),
  };
}
