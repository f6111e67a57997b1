import { spawnSync } from 'node:child_process';
import { deflateRawSync } from 'node:zlib';
import { decodeNpy, decodeNpz, encodeNpy, encodeSafetensors, FormatError, type SafeTensor } from '@advml/formats';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { anyTensor } from './any-tensor.ts';
import { npyFile, zipFile } from './npy-hand-made.ts';

const header = (descr: string, order: string, shape: string) =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

/** A tensor that can be compared to the bit: NaN is not NaN. */
const bits = ({ dtype, shape, data }: SafeTensor) => ({
  dtype,
  shape,
  bytes: [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
});

/** What the decoder makes of damaged bytes; any error but a FormatError is a fault. */
function attempt(file: Uint8Array): SafeTensor | undefined {
  try {
    return decodeNpy(file);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return undefined;
  }
}

describe('npy', () => {
  it('is read as it was written, to the bit', () => {
    fc.assert(
      fc.property(anyTensor, (tensor) => {
        const file = encodeNpy(tensor);
        expect(bits(decodeNpy(file))).toEqual(bits(tensor));
        expect(file.length - tensor.data.byteLength).toSatisfy((start: number) => start % 64 === 0);
      }),
    );
  });

  it('is refused wherever it is cut off, and where a byte is added', () => {
    fc.assert(
      fc.property(anyTensor, fc.nat(), (tensor, at) => {
        const file = encodeNpy(tensor);
        expect(() => decodeNpy(file.subarray(0, at % file.length))).toThrow(FormatError);
        expect(() => decodeNpy(Uint8Array.from([...file, 0]))).toThrow(FormatError);
      }),
    );
  });

  it('with a flipped bit in its header is refused, or read as an array of as many bytes', () => {
    const file = encodeNpy({ dtype: 'F32', shape: [2, 3], data: new Float32Array(6) });
    let refused = 0;
    for (let byte = 0; byte < file.length - 24; byte++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = file.slice();
        flipped[byte] ^= 1 << bit;
        const read = attempt(flipped);
        if (read) expect(read.data.byteLength).toBe(24);
        else refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000); // nearly all of 1024: '<f4' can become '<i4'
  });

  it('never throws anything but FormatError, whatever its header says', () => {
    const word = fc.constantFrom(
      "'descr'",
      "'shape'",
      "'fortran_order'",
      ':',
      ',',
      '(',
      ')',
      '{',
      '}',
      '3',
      'True',
      "'<f4'",
      ' ',
      '\n',
    );
    fc.assert(fc.property(fc.array(word, { maxLength: 20 }), (words) => void attempt(npyFile(words.join('')))));
  });

  it.each([
    ['|u1', [1, 255], 'U8', [1, 255]],
    ['|b1', [1, 0], 'BOOL', [1, 0]],
    ['<i2', [0xfe, 0xff, 1, 0], 'I16', [-2, 1]],
    ['>i2', [0xff, 0xfe, 0, 1], 'I16', [-2, 1]],
    ['>f4', [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], 'F32', [1, -2.5]],
    ['<f8', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0], 'F64', [1, -2.5]],
    ['>u8', [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2], 'U64', [256n, 2n]],
  ])('reads %s', (descr, data, dtype, values) => {
    const read = decodeNpy(npyFile(`${header(descr, 'False', '(2,)')}\n`, data));
    expect(read).toMatchObject({ dtype, shape: [2] });
    expect([...read.data]).toEqual(values);
  });

  it('reads arrays whose first axis is the fastest', () => {
    const shape = [2, 3, 4];
    const value = (i: number, j: number, k: number) => 100 * i + 10 * j + k;
    const [stored, wanted]: number[][] = [[], []];
    for (let k = 0; k < 4; k++) for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) stored.push(value(i, j, k));
    for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) wanted.push(value(i, j, k));
    const read = decodeNpy(npyFile(`${header('|u1', 'True', '(2, 3, 4)')}\n`, stored));
    expect(read.shape).toEqual(shape);
    expect([...read.data]).toEqual(wanted);
    expect([...decodeNpy(npyFile(`${header('|u1', 'True', '()')}\n`, [7])).data]).toEqual([7]);
  });

  it('reads all versions, other spacing, other quotes and another order of the keys', () => {
    for (const version of [1, 2, 3]) {
      const read = decodeNpy(npyFile(`${header('|i1', 'False', '(1, 2)')}   \n`, [1, 254], version));
      expect([...read.data]).toEqual([1, -2]);
    }
    const odd = `{"shape":(2L, ), 'fortran_order' : False,"descr":'|u1'}\n`;
    expect(decodeNpy(npyFile(odd, [1, 2])).shape).toEqual([2]);
  });

  it('gives memory of its own', () => {
    const file = encodeNpy({ dtype: 'U8', shape: [1], data: Uint8Array.of(5) });
    const read = decodeNpy(file);
    file.fill(0);
    expect(read.data[0]).toBe(5);
  });

  it.each([
    [new Uint8Array(0), /begins with "\\x93NUMPY"/],
    [npyFile(`${header('|u1', 'False', '(1,)')}\n`, [1], 4), /version .* must be 1.0, 2.0 or 3.0, got 4.0/],
    [npyFile(`${header('|O', 'False', '(1,)')}\n`, [1]), /descr must be .* got '\|O'/],
    [npyFile(`${header('|f4', 'False', '(1,)')}\n`, [0, 0, 0, 0]), /got '\|f4'/],
    [
      npyFile(`{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n`),
      /a dictionary as NumPy writes it/,
    ],
    [npyFile(`${header('|u1', 'False', '(1)')}\n`, [1]), /one axis is written \(1,\), got \(1\)/],
    [npyFile(`${header('|u1', 'False', '(1, , 2)')}\n`, [1]), /shape must hold integers, got \(1, , 2\)/],
    [npyFile(`${header('|u1', 'False', '(-1,)')}\n`, [1]), /a dictionary as NumPy writes it/],
    [npyFile(`${header('|u1', 'None', '(1,)')}\n`, [1]), /a dictionary as NumPy writes it/],
    [npyFile(header('|u1', 'False', '(1,)'), [1]), /a dictionary as NumPy writes it/],
    [npyFile(`${header('|u1', 'True', `(${'1,'.repeat(64)}1)`)}\n`, [1]), /at most 64 axes, got 65/],
    [npyFile(`{'descr': '|u1', 'descr': '|u1'}\n`), /has the key 'descr' twice/],
    [npyFile(`{'descr': '|u1', 'shape': (1,), }\n`), /must have fortran_order/],
    [npyFile(`{'descr': '|u1', 'fortran_order': True}\n`), /must have a shape/],
    [npyFile(`{'shape': (1,), 'fortran_order': True}\n`), /must have a descr/],
    [npyFile(`${header('|u1', 'False', '(1,)').replace('}', "'more': True}")}\n`), /unknown key 'more'/],
    [npyFile(`${header('|u1', 'False', '(99999999999, 99999999999)')}\n`), /product below 2\^53/],
    [npyFile(`${header('<f4', 'False', '(2, 3)')}\n`, [0]), /F32 with shape \(2,3\) takes 24 bytes, the file has 1/],
    [npyFile(`${header('|b1', 'False', '(1,)')}\n`, [2]), /BOOL data must be 0 or 1, got 2/],
    [
      Uint8Array.from([...npyFile('', [], 2).subarray(0, 8), 0, 0, 0, 1]),
      /would take 16777216 bytes, the limit is 65535/,
    ],
  ])('says what is wrong: %#', (file, message) => {
    expect(() => decodeNpy(file)).toThrow(FormatError);
    expect(() => decodeNpy(file)).toThrow(message);
  });

  it('is not written from data that do not fit', () => {
    const wrong = { dtype: 'F32', shape: [2], data: new Float32Array(3) } as const;
    expect(() => encodeNpy(wrong)).toThrow(/the array: shape \[2\] needs 2 values, got 3/);
    const axes = (count: number) => encodeNpy({ ...wrong, shape: Array(count).fill(1), data: new Float32Array(1) });
    expect(() => axes(65)).toThrow('its shape must have at most 64 axes, got 65');
    expect(decodeNpy(axes(64)).shape).toHaveLength(64);
  });
});

describe('npz', () => {
  const x = encodeNpy({ dtype: 'U8', shape: [2], data: Uint8Array.of(3, 4) });
  const y = encodeNpy({ dtype: 'F32', shape: [], data: Float32Array.of(0.5) });
  const file = zipFile([
    ['x.npy', x],
    ['y.npy', y],
  ]);

  it('gives each array by its name', () => {
    const arrays = decodeNpz(file);
    expect(Object.keys(arrays)).toEqual(['x', 'y']);
    expect([...arrays.x.data, ...arrays.y.data]).toEqual([3, 4, 0.5]);
    expect(decodeNpz(zipFile([]))).toEqual({});
  });

  it('is refused wherever it is cut off', () => {
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeNpz(file.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
    }
  });

  it('with a flipped bit is refused, or read as the same numbers', () => {
    for (let byte = 0; byte < file.length; byte++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = file.slice();
        flipped[byte] ^= 1 << bit;
        try {
          const values = Object.values(decodeNpz(flipped)).flatMap(({ data }) => [...data]);
          expect(values.sort()).toEqual([0.5, 3, 4]); // a name may have changed, and with it the order
        } catch (error) {
          expect(error, `byte ${byte}, bit ${bit}`).toBeInstanceOf(FormatError);
        }
      }
    }
  });

  it.each([
    [zipFile([['x.txt', x]]), /an npz file holds npy files, got 'x.txt'/],
    [
      zipFile([
        ['x.npy', x],
        ['x.npy', x],
      ]),
      /the array 'x' stands in the file twice/,
    ],
    [
      zipFile([['x.npy', x]], 12),
      /the array 'x' is encrypted, or compressed in an unusual way; write it with numpy.savez/,
    ],
    [zipFile([['x.npy', x]], 8), /the array 'x' is damaged/],
    [zipFile([['x.npy', deflateRawSync(x).subarray(0, -3), x]], 8), /the array 'x' is damaged/],
    [zipFile([['x.npy', deflateRawSync(x), x.slice(0, -1)]], 8), /the array 'x': an array of U8/],
    [zipFile([['x.npy', Uint8Array.of(1, 2)]]), /the array 'x': an npy file begins with/],
    [encodeSafetensors({}), /without the record at its end/],
  ])('says what is wrong: %#', (bytes, message) => {
    expect(() => decodeNpz(bytes)).toThrow(FormatError);
    expect(() => decodeNpz(bytes)).toThrow(message);
  });
});

/** What a Python program prints as bytes, given some on its input. */
function python(code: string, input: Uint8Array = new Uint8Array(0)): Uint8Array {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', code], { input });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
  return stdout;
}

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

test.skipIf(!hasNumpy)('NumPy reads what is written here, and is read', () => {
  const tensor = { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, -2.5, 3, 1e-8, 0, 7) } as const;
  const again = `
import io, sys, numpy
a = numpy.load(io.BytesIO(sys.stdin.buffer.read()))
b = io.BytesIO()
numpy.savez(b, plain=a, fortran=numpy.asfortranarray(a), big=a.astype(">f8"), whole=(a * 4).astype("int64"), flag=a > 0)
sys.stdout.buffer.write(b.getvalue())
`;
  const arrays = decodeNpz(python(again, encodeNpy(tensor)));
  expect(arrays.plain).toEqual(tensor);
  expect(arrays.fortran).toEqual(tensor);
  expect(arrays.big).toEqual({ dtype: 'F64', shape: [2, 3], data: Float64Array.from(tensor.data) });
  expect(arrays.whole).toEqual({ dtype: 'I64', shape: [2, 3], data: BigInt64Array.of(4n, -10n, 12n, 0n, 0n, 28n) });
  expect(arrays.flag).toEqual({ dtype: 'BOOL', shape: [2, 3], data: Uint8Array.of(1, 0, 1, 1, 0, 1) });
  const packed = decodeNpz(python(again.replace('numpy.savez(', 'numpy.savez_compressed('), encodeNpy(tensor)));
  expect(packed).toEqual(arrays);
});
