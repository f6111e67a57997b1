import { decodeSafetensors, encodeSafetensors, type SafeTensors } from '@advml/formats';
import { expect, test } from 'vitest';
import { headerText } from './hand-made.ts';

const tensors: SafeTensors = {
  mask: { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
  'b.weight': { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1, -2) },
  'a.weight': { dtype: 'F32', shape: [], data: Float32Array.of(0.5) },
  step: { dtype: 'I64', shape: [1], data: BigInt64Array.of(-1n) },
};

test('writes length, padded header and data as the format says', () => {
  const file = encodeSafetensors(tensors, { format: 'pt' });
  const text = headerText(file);
  const start = 8 + text.length;

  expect(start % 8).toBe(0);
  expect(text).toMatch(/^\{.*\} *$/);
  const { __metadata__: metadata, ...entries } = JSON.parse(text);
  expect(metadata).toEqual({ 'advml.crc32': expect.stringMatching(/^[0-9a-f]{8}$/), format: 'pt' });
  expect(entries).toEqual({
    step: { dtype: 'I64', shape: [1], data_offsets: [0, 8] },
    'a.weight': { dtype: 'F32', shape: [], data_offsets: [8, 12] },
    'b.weight': { dtype: 'F32', shape: [1, 2], data_offsets: [12, 20] },
    mask: { dtype: 'BOOL', shape: [3], data_offsets: [20, 23] },
  });
  expect(Object.keys(entries)).toEqual(['step', 'a.weight', 'b.weight', 'mask']);
  expect([...file.subarray(start)]).toEqual(
    [
      [255, 255, 255, 255, 255, 255, 255, 255], // -1, 64 bits
      [0, 0, 0, 0x3f], // 0.5
      [0, 0, 0x80, 0x3f], // 1
      [0, 0, 0, 0xc0], // -2
      [1, 0, 1],
    ].flat(),
  );
});

test('gives the same bytes whatever the order of the keys', () => {
  const reversed = Object.fromEntries(Object.entries(tensors).reverse());
  expect(encodeSafetensors(reversed, { b: '2', a: '1' })).toEqual(encodeSafetensors(tensors, { a: '1', b: '2' }));
});

test('writes the part of a buffer that a view shows, and leaves the input alone', () => {
  const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  const file = encodeSafetensors({ x: { dtype: 'F32', shape: [2], data } });
  expect([...new Float32Array(file.slice(-8).buffer)]).toEqual([1, 2]);
  expect([...data]).toEqual([1, 2]);
});

test('takes a name from its key, whatever else a tensor has', () => {
  const named = { name: 'b', dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const;
  const other = { dtype: 'F32', shape: [1], data: Float32Array.of(2) } as const;
  expect(decodeSafetensors(encodeSafetensors({ a: named, b: other })).tensors).toMatchObject({
    a: { data: Float32Array.of(1) },
    b: { data: Float32Array.of(2) },
  });
});

test('writes a file without tensors', () => {
  const file = encodeSafetensors({});
  expect(Object.keys(JSON.parse(headerText(file)))).toEqual(['__metadata__']);
});

test.each<[string, unknown, string]>([
  ['x', { dtype: 'F32', shape: [3], data: new Float32Array(2) }, 'tensor "x": shape [3] needs 3 values, got 2'],
  ['x', { dtype: 'F32', shape: [2], data: new Float64Array(2) }, 'tensor "x": F32 data must be a Float32Array'],
  ['x', { dtype: 'F32', shape: [-1], data: new Float32Array(1) }, 'shape [-1] must hold integers >= 0'],
  ['x', { dtype: 'F32', shape: [0.5], data: new Float32Array(1) }, 'shape [0.5] must hold integers >= 0'],
  ['x', { dtype: 'F33', shape: [1], data: new Float32Array(1) }, 'dtype must be one of U64, I64, F64, F32'],
  ['x', { dtype: 'toString', shape: [1], data: new Float32Array(1) }, 'dtype must be one of'],
  ['x', { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 2) }, 'BOOL data must be 0 or 1, got 2 at 1'],
  ['__proto__', { dtype: 'F32', shape: [1], data: new Float32Array(1) }, '"__proto__" is not allowed'],
  ['__metadata__', { dtype: 'F32', shape: [1], data: new Float32Array(1) }, 'kept for the metadata'],
  ['\ud800', { dtype: 'F32', shape: [1], data: new Float32Array(1) }, 'half a surrogate pair'],
])('refuses what it cannot write: %s %j', (name, tensor, message) => {
  const bad = Object.fromEntries([[name, tensor]]) as SafeTensors;
  expect(() => encodeSafetensors(bad)).toThrow(RangeError);
  expect(() => encodeSafetensors(bad)).toThrow(message);
});

test.each<[Record<string, unknown>, string]>([
  [{ 'advml.crc32': '00000000' }, 'kept for the checksum'],
  [{ epoch: 3 }, 'metadata "epoch" must be a well-formed string, got 3'],
  [{ note: '\udc00' }, 'metadata "note" must be a well-formed string'],
])('refuses metadata it cannot write: %j', (metadata, message) => {
  expect(() => encodeSafetensors({}, metadata as Record<string, string>)).toThrow(message);
});
