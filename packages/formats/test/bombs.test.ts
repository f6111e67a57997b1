// Files made to unpack without end, and files of noise, are refused at once.
import { deflateRawSync } from 'node:zlib';
import {
  checksum,
  decodeJsonLines,
  decodeNpy,
  decodeNpz,
  decodeSafetensors,
  encodeNpy,
  FormatError,
} from '@advml/formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handMade } from './hand-made.ts';
import { zipFile } from './npy-hand-made.ts';

const little = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) % 256);

/** A zip file with one member and a list that names it any number of times. */
function shared(names: readonly string[], data: Uint8Array): Uint8Array {
  const own = [...new TextEncoder().encode(names[0])];
  const crc = Number.parseInt(checksum(data), 16);
  const sizes = [...little(crc, 4), ...little(data.length, 4), ...little(data.length, 4)];
  const local = [
    0x50,
    0x4b,
    3,
    4,
    45,
    0,
    ...Array(8).fill(0),
    ...sizes,
    ...little(own.length, 2),
    0,
    0,
    ...own,
    ...data,
  ];
  const list = names.flatMap((name) => {
    const text = [...new TextEncoder().encode(name)];
    return [
      0x50,
      0x4b,
      1,
      2,
      45,
      3,
      45,
      0,
      ...Array(8).fill(0),
      ...sizes,
      ...little(text.length, 2),
      ...Array(16).fill(0),
      ...text,
    ];
  });
  const counts = [...little(names.length, 2), ...little(names.length, 2)];
  const end = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, ...counts, ...little(list.length, 4), ...little(local.length, 4), 0, 0];
  return Uint8Array.from([...local, ...list, ...end]);
}

const zeros = encodeNpy({ dtype: 'U8', shape: [400], data: new Uint8Array(400) });

describe('an npz file', () => {
  it('whose list names one array many times is refused', () => {
    expect(Object.keys(decodeNpz(shared(['a.npy'], zeros)))).toEqual(['a']); // else this file proves nothing
    const names = Array.from({ length: 3000 }, (_, at) => `a${at}.npy`);
    expect(() => decodeNpz(shared(names, zeros))).toThrow(
      "the member 'a1.npy' has another name, 'a0.npy', in its own record",
    );
  });

  it('whose array runs into the list of arrays is refused', () => {
    const array = encodeNpy({ dtype: 'U8', shape: [4], data: Uint8Array.of(1, 2, 3, 4) });
    const file = shared(['a.npy'], array);
    const start = file.length - 22 - (46 + 5);
    const longer = file.slice(30 + 5, start + 4); // with the first bytes of the list, its shape and its CRC-32 right
    longer.set(new TextEncoder().encode('(8,)'), new TextDecoder('latin1').decode(longer).indexOf('(4,)'));
    file.set(longer.subarray(0, array.length), 30 + 5);
    const fields = [...little(Number.parseInt(checksum(longer), 16), 4), ...little(longer.length, 4)];
    for (const at of [14, start + 16]) file.set([...fields, ...fields.slice(4)], at);
    expect(() => decodeNpz(file)).toThrow("the member 'a.npy' is cut off, or runs into the list of members");
  });

  it('that unpacks to more than is allowed is refused before anything is unpacked', () => {
    const packed = deflateRawSync(zeros);
    const names = Array.from({ length: 4 }, (_, at) => `a${at}.npy`);
    const file = zipFile(
      names.map((name) => [name, packed, zeros]),
      8,
    );
    const whole = 4 * zeros.length;
    expect(Object.keys(decodeNpz(file, { limit: whole }))).toHaveLength(4);
    expect(() => decodeNpz(file, { limit: whole - 1 })).toThrow(
      `the arrays take ${whole} bytes when unpacked, and ${whole - 1} are allowed; raise limit`,
    );
    const claimed = zipFile([['a.npy', packed, zeros]], 8);
    for (const at of [22, claimed.length - 22 - (46 + 5) + 24]) claimed.set([255, 255, 255, 255], at); // 4 GiB, it says
    expect(() => decodeNpz(claimed)).toThrow(
      'the arrays take 4294967295 bytes when unpacked, and 1073741824 are allowed',
    );
  });

  it('that unpacks to more than it says holds no more than that', () => {
    const file = zipFile([['a.npy', deflateRawSync(new Uint8Array(1e7)), zeros]], 8);
    expect(() => decodeNpz(file)).toThrow("the array 'a' is damaged");
  });

  it('whose arrays overlap is refused', () => {
    const inner = shared(['b.npy'], zeros).slice(0, 30 + 5 + zeros.length); // a whole record inside an array
    const array = encodeNpy({ dtype: 'U8', shape: [inner.length], data: inner });
    const file = zipFile([
      ['a.npy', array],
      ['b.npy', zeros],
    ]);
    const list = file.length - 22 - 2 * (46 + 5);
    const at = new DataView(file.buffer);
    const inside = file.findIndex((_, place) => place > 0 && at.getUint32(place, true) === 0x04034b50);
    expect(decodeNpz(file).b.shape).toEqual([400]);
    at.setUint32(list + 46 + 5 + 42, inside, true); // the second entry points into the first array
    expect(() => decodeNpz(file)).toThrow("the members 'a.npy' and 'b.npy' share bytes");
  });
});

/** A file with some bytes changed. */
const mutated = (file: Uint8Array) =>
  fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }).map((changes) => {
    const bytes = file.slice();
    for (const [at, value] of changes) bytes[at] = value;
    return bytes;
  });

const npz = zipFile([
  ['x.npy', encodeNpy({ dtype: 'U8', shape: [12], data: new Uint8Array(12) })],
  ['y.npy', encodeNpy({ dtype: 'F32', shape: [2, 2], data: new Float32Array(4) })],
]);

describe.each([
  ['npy', decodeNpy, zeros],
  ['npz', decodeNpz, npz],
  [
    'safetensors',
    decodeSafetensors,
    handMade('{"x":{"dtype":"U8","shape":[40],"data_offsets":[0,40]}}', Array(40).fill(0)),
  ],
  [
    'JSON lines',
    (bytes: Uint8Array) => decodeJsonLines(new TextDecoder().decode(bytes)),
    new TextEncoder().encode('{"a":[1]}\n{"b":{}}\n'),
  ],
])('%s', (_, decode, file) => {
  it('of noise, and of changed bytes, is read or refused, never worse', () => {
    const noise = fc.uint8Array({ maxLength: 80 });
    decode(file); // else changes to it prove nothing
    const found = { read: 0, refused: 0 };
    const begun = noise.map((rest) => Uint8Array.from([...file.subarray(0, 40), ...rest]));
    fc.assert(
      fc.property(fc.oneof(noise, begun, mutated(file)), (bytes) => {
        try {
          decode(bytes);
          found.read++;
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          found.refused++;
        }
      }),
      { seed: 1, numRuns: 400 },
    );
    expect(Math.min(found.read, found.refused)).toBeGreaterThan(0);
  });
});
