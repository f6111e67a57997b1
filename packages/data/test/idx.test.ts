import { gzipSync } from 'node:zlib';
import { InputError } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { examplesFromIdx, idxExamples, readIdx, readIdxFile } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

/** An IDX file by hand: type code, lengths, entry bytes. */
const file = (code: number, shape: number[], entries: number[]) =>
  Uint8Array.from([
    0,
    0,
    code,
    shape.length,
    ...shape.flatMap((length) => [0, 0, length >> 8, length & 255]),
    ...entries,
  ]);

const images = readIdx(file(8, [3, 1, 2], [0, 255, 51, 102, 153, 204]));
const labels = readIdx(file(8, [3], [9, 0, 4]));

describe('readIdx', () => {
  it.each([
    [8, [200, 1], 'uint8', [200, 1]],
    [9, [0xff, 1], 'int8', [-1, 1]],
    [11, [0xff, 0xfe, 1, 0], 'int16', [-2, 256]],
    [12, [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], 'int32', [-3, 65536]],
    [13, [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], 'float32', [1, -2.5]],
    [14, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0], 'float64', [1, -2.5]],
  ])('reads type %i, most significant byte first', (code, entries, dtype, values) => {
    const array = readIdx(file(code, [2], entries));
    expect(array).toMatchObject({ dtype, shape: [2] });
    expect([...array.data]).toEqual(values);
  });

  it('reads the axes, from anywhere in a buffer, and copies', () => {
    const bytes = file(8, [2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const padded = new Uint8Array(bytes.length + 7);
    padded.set(bytes, 7);
    const array = readIdx(padded.subarray(7));
    padded.fill(0);
    expect(array.shape).toEqual([2, 1, 3]);
    expect([...array.data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses every file that is cut off or too long', () => {
    const whole = file(
      11,
      [2, 3],
      Array.from({ length: 12 }, (_, at) => at),
    );
    expect(readIdx(whole).data).toHaveLength(6);
    for (let length = 0; length < whole.length; length++) {
      expect(() => readIdx(whole.subarray(0, length)), `${length} bytes`).toThrow(InputError);
    }
    expect(() => readIdx(Uint8Array.from([...whole, 0]))).toThrow(
      /int16 with shape \[2,3\] must have 24 bytes, got 25/,
    );
  });

  it('throws nothing but InputError on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, plausible) => {
        if (plausible) bytes.set([0, 0, 8, 1].slice(0, bytes.length));
        try {
          readIdx(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });

  it.each([
    [new Uint8Array(0), /two zero bytes.*got no bytes/],
    [Uint8Array.from([1, 0, 8, 1]), /two zero bytes.*got \[1, 0, 8, 1\]/],
    [file(10, [1], [0]), /number type .* got 10/],
    [file(8, [], []), /at least one axis, got 0/],
    [Uint8Array.from([0, 0, 8, 3, 0, 0]), /3 axes must have a header of 16 bytes, got 6/],
    [Uint8Array.from([0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255]), /got \[4294967295,4294967295\]/],
    [gzipSync(file(8, [1], [0])), /readIdxFile/],
  ])('says what is wrong: %o', (bytes, message) => {
    expect(() => readIdx(bytes)).toThrow(message);
  });
});

describe('readIdxFile', () => {
  const entries = Array.from({ length: 3000 }, (_, at) => (at * at) % 251);
  const plain = file(8, [3, 1000], entries);
  const packed = Uint8Array.from(gzipSync(plain));

  it('reads plain and packed files alike', async () => {
    const expected = readIdx(plain);
    expect(await readIdxFile(plain)).toEqual(expected);
    expect(await readIdxFile(packed)).toEqual(expected);
    expect(await readIdxFile(packed, { limit: plain.length })).toEqual(expected);
  });

  it('gives back every array that was packed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }), fc.nat(255), async (shape, first) => {
        const count = shape.reduce((product, length) => product * length, 1);
        const own = Array.from({ length: count }, (_, at) => (first + at) % 256);
        const array = await readIdxFile(gzipSync(file(8, shape, own)));
        expect(array).toEqual({ dtype: 'uint8', shape, data: Uint8Array.from(own) });
      }),
    );
  });

  it('refuses every packed file that is cut off', async () => {
    for (let length = 0; length < packed.length; length += length < 30 ? 1 : 97) {
      await expect(readIdxFile(packed.subarray(0, length)), `${length} bytes`).rejects.toThrow(InputError);
    }
  });

  it('finds every flipped bit, but for those of the header that carry no data', async () => {
    const whole = await readIdxFile(packed);
    for (let byte = 0; byte < packed.length; byte += byte < 24 ? 1 : 61) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = packed.slice();
        flipped[byte] ^= 1 << bit;
        const outcome = await readIdxFile(flipped).catch((error: unknown) => error);
        const idle = byte === 3 || (byte >= 4 && byte < 10); // flags, time, origin
        if (!idle || outcome instanceof Error) expect(outcome, `byte ${byte}`).toBeInstanceOf(InputError);
        else expect(outcome).toEqual(whole);
      }
    }
  });

  it.each([
    [
      'more entries than its header says',
      file(8, [2], [1, 2, 3]),
      /shape \[2\] must have 10 bytes, the gzip file holds more/,
    ],
    ['fewer', file(8, [4], [1, 2, 3]), /shape \[4\] must have 12 bytes, got 11/],
    ['a huge claim', file(8, [65535, 65535, 9], []), /would unpack to 38653526041 bytes, the limit is 1073741824/],
    ['no IDX file', Uint8Array.from([80, 75, 3, 4]), /two zero bytes.*got \[80, 75, 3, 4\]/],
    ['nothing', new Uint8Array(0), /two zero bytes.*got no bytes/],
  ])('refuses a packed file with %s', async (_, bytes, message) => {
    await expect(readIdxFile(gzipSync(bytes))).rejects.toThrow(InputError);
    await expect(readIdxFile(gzipSync(bytes))).rejects.toThrow(message);
  });

  it('unpacks no more of a bomb than its header allows', async () => {
    const bomb = gzipSync(Buffer.concat([file(8, [100], []), new Uint8Array(2 ** 27)]));
    const before = process.memoryUsage().arrayBuffers;
    await expect(readIdxFile(bomb)).rejects.toThrow(/must have 108 bytes, the gzip file holds more/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  it('refuses a shape whose size is no number, and takes no memory for a claim', async () => {
    const endless = Array(40).fill(4294967295);
    expect(readIdx(file(8, [...endless, 0], [])).data).toHaveLength(0);
    for (const shape of [endless, [...endless, 1]]) {
      const bomb = gzipSync(Buffer.concat([file(8, shape, []), new Uint8Array(2 ** 20)]));
      await expect(readIdxFile(bomb)).rejects.toThrow(/shape of an IDX file must hold less than 2\^53 bytes/);
    }
    const before = process.memoryUsage().arrayBuffers;
    const empty = gzipSync(Buffer.concat([file(8, [...endless, 0], []), new Uint8Array(2 ** 27)]));
    await expect(readIdxFile(empty)).rejects.toThrow(/must have 168 bytes, the gzip file holds more/);
    await expect(readIdxFile(gzipSync(Uint8Array.of(0, 0, 8, 1, 32, 0, 0, 0, 1)))).rejects.toThrow(
      /must have 536870920 bytes, got 9/,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  it('of noise, and with changed bytes, is read or refused, never worse', async () => {
    const plainFile = file(8, [2, 3], [1, 2, 3, 4, 5, 6]);
    const changed = fc.array(fc.tuple(fc.nat(plainFile.length - 1), fc.nat(255)), { maxLength: 4 }).map((changes) => {
      const bytes = plainFile.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
    const noise = fc.uint8Array({ maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, changed), fc.boolean(), async (bytes, pack) => {
        const outcome = await readIdxFile(pack ? gzipSync(bytes) : bytes).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(InputError);
      }),
    );
  });

  it('takes a limit, and refuses files above it', async () => {
    await expect(readIdxFile(packed, { limit: plain.length - 1 })).rejects.toThrow(/would unpack to 3012 bytes/);
    await expect(readIdxFile(packed, { limit: 0 })).rejects.toThrow(/limit must be an integer >= 1, got 0/);
  });
});

describe('examples from IDX arrays', () => {
  it('gives pixels from 0 to 1, channels last, and classes', () => {
    const { x, y } = examplesFromIdx(images, labels);
    expect(x.shape).toEqual([3, 1, 2, 1]);
    expect(x).toBeAllClose([0, 1, 0.2, 0.4, 0.6, 0.8]);
    expect(numbersOf(y)).toEqual([9, 0, 4]);
    expect(y.dtype).toBe('int32');
  });

  it('gives those that are asked for, and keeps no tensor', async () => {
    const set = idxExamples(images, labels);
    const { x, y } = set.take([2, 0]);
    expect(set.count).toBe(3);
    expect(x).toBeAllClose([0.6, 0.8, 0, 1]);
    expect(numbersOf(y)).toEqual([4, 9]);
    expect(() => set.take([3])).toThrow(/index must be below 3, the number of examples, got 3/);
    expect(() => set.take(4)).toThrow(/examples must be at most 3, as many as there are, got 4/);
    await expectNoLeak(() => {
      const taken = set.take([1]);
      taken.x.dispose();
      taken.y.dispose();
    });
  });

  it.each([
    [() => idxExamples(labels, labels), /images must be uint8 \[n, height, width\], got uint8 \[3\]/],
    [() => idxExamples(readIdx(file(9, [1, 1, 1], [0])), labels), /images must be uint8 .* got int8/],
    [() => idxExamples(images, images), /labels must be uint8 \[n\], got uint8 \[3,1,2\]/],
    [() => idxExamples(images, readIdx(file(8, [2], [0, 1]))), /labels must be 3, one an image, got 2/],
    [
      () => idxExamples({ ...images, data: Uint8Array.of(1, 2) }, labels),
      /images of shape \[3,1,2\] must have 6 pixels, got 2/,
    ],
    [() => idxExamples(images, { ...labels, data: Uint8Array.of(1) }), /labels must be 3, one an image, got 1/],
    [() => idxExamples(images, labels, { classes: 9 }), /labels must be below classes = 9, got 9 for image 0/],
    [() => idxExamples(images, labels, { classes: 1 }), /classes must be an integer >= 2/],
  ])('refuses what does not fit: %#', (make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });
});
