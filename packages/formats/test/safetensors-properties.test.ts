import {
  type DecodedSafetensors,
  type DecodeOptions,
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
} from '@advml/formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTensor } from './any-tensor.ts';
import { handMade } from './hand-made.ts';

const name = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__proto__' && text !== '__metadata__');
const content = fc.record({
  tensors: fc.dictionary(name, anyTensor, { maxKeys: 5 }),
  metadata: fc.dictionary(name, fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
});

const bits = ({ tensors, metadata }: DecodedSafetensors) => ({
  metadata: { ...metadata },
  tensors: Object.fromEntries(
    Object.entries(tensors).map(([key, { dtype, shape, data }]) => [
      key,
      { dtype, shape, bytes: [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)] },
    ]),
  ),
});

/** What the decoder makes of damaged bytes; any error but a FormatError is a fault. */
function attempt(file: Uint8Array, options?: DecodeOptions) {
  try {
    return bits(decodeSafetensors(file, options));
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return undefined;
  }
}

test('what was written is read, to the bit, and written again to the same bytes', () => {
  fc.assert(
    fc.property(content, ({ tensors, metadata }) => {
      const file = encodeSafetensors(tensors, metadata);
      const read = decodeSafetensors(file, { requireChecksum: true });
      expect(bits(read)).toEqual(bits({ tensors, metadata }));
      expect(encodeSafetensors(read.tensors, read.metadata)).toEqual(file);
    }),
    { numRuns: 300 },
  );
});

test('a file cut off anywhere is refused', () => {
  fc.assert(
    fc.property(content, fc.nat(), ({ tensors, metadata }, cut) => {
      const file = encodeSafetensors(tensors, metadata);
      expect(() => decodeSafetensors(file.subarray(0, cut % file.length))).toThrow(FormatError);
    }),
    { numRuns: 300 },
  );
});

test('a file with more bytes at its end is refused', () => {
  fc.assert(
    fc.property(content, fc.uint8Array({ minLength: 1 }), ({ tensors, metadata }, more) => {
      expect(() => decodeSafetensors(Uint8Array.of(...encodeSafetensors(tensors, metadata), ...more))).toThrow(
        FormatError,
      );
    }),
  );
});

test('one changed byte is found, or changes nothing that counts', () => {
  fc.assert(
    fc.property(content, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ tensors, metadata }, at, flip) => {
      const file = encodeSafetensors(tensors, metadata);
      file[at % file.length] ^= flip;
      const read = attempt(file);
      if (read) expect(read.tensors).toEqual(bits({ tensors, metadata }).tensors);
    }),
    { numRuns: 1000 },
  );
});

test('many changed bytes are found where the checksum is required', () => {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(content, fc.array(change, { minLength: 2, maxLength: 20 }), ({ tensors, metadata }, changes) => {
      const file = encodeSafetensors(tensors, metadata);
      for (const [at, flip] of changes) file[at % file.length] ^= flip;
      const read = attempt(file, { requireChecksum: true });
      if (read) expect(read).toEqual(bits({ tensors, metadata }));
    }),
    { numRuns: 500 },
  );
});

test('any bytes and any JSON are read or refused, never worse', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void attempt(bytes)));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (header) => void attempt(handMade(JSON.stringify(header)))),
  );
  const entry = fc.record(
    {
      dtype: fc.oneof(fc.constantFrom('F32', 'U8', 'BOOL', 'BF16'), fc.jsonValue()),
      shape: fc.oneof(fc.array(fc.oneof(fc.nat(4), fc.double(), fc.maxSafeInteger())), fc.jsonValue()),
      data_offsets: fc.oneof(fc.array(fc.oneof(fc.nat(20), fc.double(), fc.maxSafeInteger())), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), entry), fc.array(fc.nat(255), { maxLength: 40 }), (header, data) => {
      attempt(handMade(JSON.stringify(header), data));
    }),
    { numRuns: 500 },
  );
});
