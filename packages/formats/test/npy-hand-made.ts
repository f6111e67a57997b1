import { checksum } from '@advml/formats';

/** An npy file of any header and data, by the description of the format. */
export function npyFile(header: string, data: readonly number[] = [], version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = [text.length & 255, text.length >> 8, ...(version === 1 ? [] : [0, 0])];
  return Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), version, 0, ...length, ...text, ...data]);
}

const little = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) % 256);

/** A zip file, by the description of the format: members as they stand there, by method 0 stored, and what they are unpacked. */
export function zipFile(
  members: readonly (readonly [name: string, data: Uint8Array, unpacked?: Uint8Array])[],
  method = 0,
): Uint8Array {
  const [locals, entries]: number[][] = [[], []];
  for (const [name, data, unpacked = data] of members) {
    const text = [...new TextEncoder().encode(name)];
    const crc = Number.parseInt(checksum(unpacked), 16);
    const common = [
      0,
      0,
      ...little(method, 2),
      0,
      0,
      0,
      0,
      ...little(crc, 4),
      ...little(data.length, 4),
      ...little(unpacked.length, 4),
      ...little(text.length, 2),
    ];
    entries.push(
      0x50,
      0x4b,
      1,
      2,
      45,
      3,
      45,
      0,
      ...common,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      ...little(locals.length, 4),
      ...text,
    );
    locals.push(0x50, 0x4b, 3, 4, 45, 0, ...common, 4, 0, ...text, 9, 9, 0, 0, ...data); // with an extra field, as NumPy has
  }
  const counts = [...little(members.length, 2), ...little(members.length, 2)];
  const end = [
    0x50,
    0x4b,
    5,
    6,
    0,
    0,
    0,
    0,
    ...counts,
    ...little(entries.length, 4),
    ...little(locals.length, 4),
    0,
    0,
  ];
  return Uint8Array.from([...locals, ...entries, ...end]);
}
