import { decodeSafetensors, encodeSafetensors, FormatError } from '@advml/formats';
import { expect, test } from 'vitest';
import { handMade } from './hand-made.ts';

const one = [0, 0, 128, 63]; // 1 as a little-endian float

test('reads a file made by hand from the specification', () => {
  const header = '{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}';
  const data = [1, 0, 0, 0, 255, 255, 255, 255, 0, 1, 0, 0, 0, 0, 0, 128];
  const { tensors, metadata } = decodeSafetensors(handMade(header, data));
  expect(Object.keys(tensors)).toEqual(['test']);
  expect(tensors.test).toEqual({ dtype: 'I32', shape: [2, 2], data: Int32Array.of(1, -1, 256, -(2 ** 31)) });
  expect(Object.keys(metadata)).toEqual([]);
});

test('reads headers in any order and spacing, odd places, scalars and empty tensors', () => {
  const header =
    '{ "b":{"dtype":"F32","shape":[],"data_offsets":[1,5]}, "__metadata__":{"format":"pt"},\n' +
    '"a":{"shape":[1],"dtype":"U8","data_offsets":[0,1]}, "none":{"dtype":"F64","shape":[4,0],"data_offsets":[5,5]} }  ';
  const { tensors, metadata } = decodeSafetensors(handMade(header, [7, ...one]));
  expect(tensors.a.data).toEqual(Uint8Array.of(7));
  expect(tensors.b).toEqual({ dtype: 'F32', shape: [], data: Float32Array.of(1) });
  expect(tensors.none).toEqual({ dtype: 'F64', shape: [4, 0], data: new Float64Array(0) });
  expect(metadata).toEqual({ format: 'pt' });
});

test('reads from the middle of a larger buffer and shares no memory with it', () => {
  const file = handMade('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', one);
  const large = new Uint8Array(file.length + 6);
  large.set(file, 3);
  const { tensors } = decodeSafetensors(large.subarray(3, 3 + file.length));
  large.fill(0);
  expect(tensors.x.data).toEqual(Float32Array.of(1));
});

test('keeps NaN, infinities and signed zeros bit by bit', () => {
  const data = new Float32Array(Uint32Array.of(0x7fc00001, 0xff800000, 0x80000000, 1).buffer);
  const { tensors } = decodeSafetensors(encodeSafetensors({ x: { dtype: 'F32', shape: [4], data } }));
  expect(new Uint32Array(tensors.x.data.buffer)).toEqual(new Uint32Array(data.buffer));
});

test('takes names that plain objects have for granted', () => {
  const data = Float32Array.of(1);
  const { tensors } = decodeSafetensors(encodeSafetensors({ toString: { dtype: 'F32' as const, shape: [1], data } }));
  expect(Object.keys(tensors)).toEqual(['toString']);
  expect(tensors.constructor).toBeUndefined();
});

test('asks for the checksum only where it is required', () => {
  const foreign = handMade('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', one);
  expect(decodeSafetensors(foreign).tensors.x.data).toEqual(Float32Array.of(1));
  expect(() => decodeSafetensors(foreign, { requireChecksum: true })).toThrow('no checksum "advml.crc32"');
  const own = encodeSafetensors({ x: { dtype: 'F32', shape: [1], data: Float32Array.of(1) } });
  expect(decodeSafetensors(own, { requireChecksum: true }).metadata).toEqual({});
});

test('finds a changed value and a changed name', () => {
  const file = encodeSafetensors({ weight: { dtype: 'F32', shape: [1], data: Float32Array.of(1) } });
  const value = file.slice();
  value[file.length - 1] ^= 1;
  expect(() => decodeSafetensors(value)).toThrow(/damaged or changed after it was written: its checksum is \w{8}, not/);
  const name = file.slice();
  name[new TextDecoder('latin1').decode(file).indexOf('weight')] = 'v'.charCodeAt(0);
  expect(() => decodeSafetensors(name)).toThrow(FormatError);
});

const x = (fields: string) => handMade(`{"x":{${fields}}}`, one);

test.each<[string, Uint8Array, string]>([
  ['empty file', new Uint8Array(0), 'at least 8 bytes, got 0'],
  ['header longer than the file', handMade('{}', [], 3n), 'the file is cut off: a header of 3 bytes'],
  ['header above the limit', handMade('{}', [], 100_000_001n), '100000001 bytes, more than the limit of 100000000'],
  ['header length of 64 bits', handMade('{}', [], 2n ** 64n - 1n), 'more than the limit'],
  ['empty header', handMade(''), 'must begin with "{"'],
  ['space before the header', handMade(' {}'), 'must begin with "{"'],
  ['array as header', handMade('[]'), 'must begin with "{"'],
  ['broken JSON', handMade('{"x":'), 'not JSON in UTF-8'],
  ['broken UTF-8', handMade('{}', []).fill(0xff, 9), 'not JSON in UTF-8'],
  ['deep nesting', handMade(`{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`), 'the header'],
  ['tensor twice', handMade('{"a":{},"a":{}}'), 'the key "a" twice'],
  ['tensor twice in two spellings', handMade('{"a":{},"\\u0061":{}}'), 'the key "a" twice'],
  ['shape twice', x('"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]'), 'the key "shape" twice'],
  ['a prototype', handMade('{"__proto__":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'), '"__proto__" is not'],
  ['half a surrogate pair', handMade('{"\\ud800":{}}'), 'surrogate'],
  ['entry of another kind', handMade('{"x":3}'), 'tensor "x": must be an object, got 3'],
  ['metadata of another kind', handMade('{"__metadata__":[]}'), '__metadata__ must be an object of strings, got []'],
  ['metadata number', handMade('{"__metadata__":{"epoch":3}}'), '"epoch" must be a well-formed string, got 3'],
  ['metadata prototype', handMade('{"__metadata__":{"__proto__":"a"}}'), '"__proto__" is not allowed'],
  ['no dtype', x('"shape":[1],"data_offsets":[0,4]'), 'tensor "x": dtype must be one of'],
  ['unknown dtype', x('"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,4]'), 'dtype must be one of U64, I64'],
  ['dtype of a prototype', x('"dtype":"valueOf","shape":[1],"data_offsets":[0,4]'), 'dtype must be one of'],
  ['no shape', x('"dtype":"F32","data_offsets":[0,4]'), 'shape must be an array, got nothing'],
  ['negative length', x('"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]'), 'shape [-1,-1] must hold integers >= 0'],
  ['fraction of a length', x('"dtype":"F32","shape":[0.5,2],"data_offsets":[0,4]'), 'must hold integers >= 0'],
  ['length as text', x('"dtype":"F32","shape":["1"],"data_offsets":[0,4]'), 'must hold integers >= 0'],
  ['overflow', x('"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]'), 'product below 2^53'],
  ['overflow to zero', x('"dtype":"F32","shape":[9007199254740991,2,0],"data_offsets":[0,0]'), 'product below 2^53'],
  ['one place', x('"dtype":"F32","shape":[1],"data_offsets":[0]'), 'data_offsets must be two integers'],
  ['negative place', x('"dtype":"F32","shape":[1],"data_offsets":[-4,0]'), 'data_offsets must be two integers'],
  ['places that swap', x('"dtype":"F32","shape":[1],"data_offsets":[4,0]'), 'takes 4 bytes, data_offsets [4,0] say -4'],
  ['too few bytes', x('"dtype":"F32","shape":[2],"data_offsets":[0,4]'), 'takes 8 bytes, data_offsets [0,4] say 4'],
  ['beyond the file', x('"dtype":"F64","shape":[1],"data_offsets":[0,8]'), "end at byte 8, the file's data at 4"],
  [
    'hole at the start',
    x('"dtype":"U8","shape":[3],"data_offsets":[1,4]'),
    'begin at byte 1, the tensor before ends at 0',
  ],
  [
    'bytes at the end',
    x('"dtype":"U8","shape":[3],"data_offsets":[0,3]'),
    '1 bytes at the end of the file belong to no',
  ],
  ['truth value of 2', x('"dtype":"BOOL","shape":[4],"data_offsets":[0,4]'), 'BOOL data must be 0 or 1, got 128 at 2'],
  [
    'overlap',
    handMade(
      '{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
      one,
    ),
    'tensor "y": data begin at byte 2, the tensor before ends at 3',
  ],
])('refuses %s', (_, file, message) => {
  expect(() => decodeSafetensors(file)).toThrow(FormatError);
  expect(() => decodeSafetensors(file)).toThrow(message);
});
