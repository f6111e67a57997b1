// Half precision is read as single precision: known numbers of both kinds, and every pattern against its neighbours.
import { decodeNpy, decodeSafetensors } from '@advml/formats';
import { describe, expect, it } from 'vitest';
import { handMade } from './hand-made.ts';
import { npyFile } from './npy-hand-made.ts';

const bytesOf = (patterns: readonly number[]) => patterns.flatMap((bits) => [bits & 255, bits >> 8]);

function read(dtype: string, patterns: readonly number[]): number[] {
  const header = `{"x":{"dtype":"${dtype}","shape":[${patterns.length}],"data_offsets":[0,${2 * patterns.length}]}}`;
  const { x } = decodeSafetensors(handMade(header, bytesOf(patterns))).tensors;
  expect(x.dtype).toBe('F32');
  return [...(x.data as Float32Array)];
}

describe('half precision', () => {
  it.each([
    ['F16', [0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x8000, 0x7c00, 0xfc00, 0x7e00]],
    ['BF16', [0x3f80, 0xc000, 0x3eab, 0x7f7f, 0x0001, 0x007f, 0x0080, 0x8000, 0x7f80, 0xff80, 0x7fc0]],
  ])('%s holds the numbers of its description', (dtype, patterns) => {
    const known = {
      F16: [1, -2, 0.333251953125, 65504, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, -0, Infinity, -Infinity, NaN],
      BF16: [1, -2, 0.333984375, 255 * 2 ** 120, 2 ** -133, 127 * 2 ** -133, 2 ** -126, -0, Infinity, -Infinity, NaN],
    }[dtype];
    expect(read(dtype, patterns)).toEqual(known);
  });

  it.each(['F16', 'BF16'])('%s: of the finite patterns each is larger than the one before', (dtype) => {
    const end = dtype === 'F16' ? 0x7c00 : 0x7f80;
    const up = read(
      dtype,
      Array.from({ length: end }, (_, bits) => bits),
    );
    expect(up.every((value, at) => at === 0 || value > up[at - 1])).toBe(true);
    const down = read(
      dtype,
      Array.from({ length: end }, (_, bits) => 0x8000 | bits),
    );
    expect(down.every((value, at) => value === -up[at])).toBe(true);
  });

  it('is read from npy too, in both byte orders', () => {
    const header = (order: string) => `{'descr': '${order}f2', 'fortran_order': False, 'shape': (2,), }\n`;
    expect([...decodeNpy(npyFile(header('<'), [0x00, 0x3c, 0x00, 0xc0])).data]).toEqual([1, -2]);
    expect([...decodeNpy(npyFile(header('>'), [0x3c, 0x00, 0xc0, 0x00])).data]).toEqual([1, -2]);
  });
});
