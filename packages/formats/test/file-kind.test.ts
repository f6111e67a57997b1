// A file that is something else is called by its name, with the way out.
import { decodeNpy, decodeNpz, decodeSafetensors, encodeNpy, encodeSafetensors, fileKind } from '@advml/formats';
import { describe, expect, it } from 'vitest';
import { zipFile } from './npy-hand-made.ts';

const text = (content: string) => new TextEncoder().encode(content);
const npy = encodeNpy({ dtype: 'U8', shape: [1], data: Uint8Array.of(1) });

const files = {
  npz: zipFile([['x.npy', npy]]),
  torch: zipFile([['archive/data.pkl', text('x')]]),
  zip: zipFile([['weights.safetensors', text('x')]]),
  npy,
  gzip: Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3),
  pickle: Uint8Array.of(0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9),
  hdf5: Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0),
  html: text('\n<!DOCTYPE html>\n<html><head><title>Sign in</title>'),
  lfs: text('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'),
} as const;

const wayOut = {
  npz: 'an npz file of NumPy',
  torch: 'a PyTorch file of torch.save',
  zip: 'a zip file; unpack it first',
  npy: 'an npy file of NumPy',
  gzip: 'a gzip file; unpack it first',
  pickle: 'a Python pickle',
  hdf5: 'an HDF5 file',
  html: 'a web page (HTML)',
  lfs: 'a pointer of Git LFS',
};

describe.each(Object.keys(files) as (keyof typeof files)[])('%s', (kind) => {
  it('is known, and refused by its name where another format is read', () => {
    expect(fileKind(files[kind])).toBe(kind);
    expect(() => decodeSafetensors(files[kind])).toThrow(`this is no safetensors file but ${wayOut[kind]}`);
    if (kind !== 'npy') expect(() => decodeNpy(files[kind])).toThrow(`this is no npy file but ${wayOut[kind]}`);
    if (!['npz', 'torch', 'zip'].includes(kind))
      expect(() => decodeNpz(files[kind])).toThrow(`this is no npz file but ${wayOut[kind]}`);
  });
});

it('is not guessed where nothing gives it away', () => {
  for (const bytes of [new Uint8Array(0), Uint8Array.of(1, 2, 3), text('a page about <html>')])
    expect(fileKind(bytes)).toBeUndefined();
});

it.each([640, 1408])(
  'is none where the header of a safetensors file has a length of %d bytes, as a pickle begins',
  (length) => {
    const bytes = encodeSafetensors({}, { pad: 'x'.repeat(length - 56) });
    expect(new DataView(bytes.buffer).getUint32(0, true)).toBe(length);
    expect([fileKind(bytes), fileKind(bytes.subarray(0, 4))]).toEqual([undefined, 'pickle']);
  },
);
