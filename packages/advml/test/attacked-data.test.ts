// Data in all the forms that the command reads, made here by other writers or byte by byte, and taken as they are known.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '@advml/core';
import { digits } from '@advml/data/digits';
import { encodeNpy, type SafeTensor } from '@advml/formats';
import { useWasm } from '@advml/wasm';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DataSource, readExamples } from '../src/attack/data/read-examples.ts';
import { temporaryFolder } from './child.ts';

beforeAll(async () => {
  await useWasm();
});

const notes: string[] = [];
const read = (source: DataSource, classes?: readonly string[]) => {
  notes.length = 0;
  return readExamples(source, classes, (note) => notes.push(note));
};
const listOf = ({ data }: SafeTensor): number[] => Array.from(data as ArrayLike<number>);
const numbers = (count: number) => Uint8Array.from({ length: count }, (_, at) => (37 * at) % 251);
const idx = (shape: readonly number[], data: Uint8Array) =>
  Uint8Array.of(0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, length >> 8, length & 255]), ...data);

describe('arrays in files of their own', () => {
  it('are an npy file and the one of labels beside it, or the one that is told', async () => {
    const folder = temporaryFolder();
    const path = (name: string) => join(folder, name);
    const x = { dtype: 'U8', shape: [3, 2], data: numbers(6) } as const;
    const y = { dtype: 'I64', shape: [3], data: BigInt64Array.of(2n, 0n, 1n) } as const;
    writeFileSync(path('x_test.npy'), encodeNpy(x));
    writeFileSync(path('y_test.npy'), encodeNpy(y));
    expect(await read({ data: path('x_test.npy') })).toMatchObject({ x, y });
    expect(notes).toEqual([`labels are taken from ${path('y_test.npy')}`]);
    const one = await read({ data: path('x_test.npy'), labels: path('y_test.npy'), indices: '2,0' });
    expect(one).toMatchObject({ indices: [2, 0], x: { shape: [2, 2] }, y: { data: BigInt64Array.of(1n, 2n) } });
    writeFileSync(path('pixels.npy'), encodeNpy(x));
    await expect(read({ data: path('pixels.npy') })).rejects.toThrow('name the file of labels with --labels');
    await expect(read({ data: path('x_test.npy'), labels: path('none.npy') })).rejects.toThrow('cannot read');
    await expect(read({ data: 'cifar10' })).rejects.toThrow(
      "--data must be a file, a folder or one of fashion-mnist, digits, got 'cifar10', which is not there",
    );
  });

  it('are IDX files, packed or not, by the images or by their folder', async () => {
    const folder = temporaryFolder();
    const images = join(folder, 't10k-images-idx3-ubyte.gz');
    writeFileSync(images, gzipSync(idx([4, 2, 3], numbers(24))));
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte.gz'), gzipSync(idx([4], Uint8Array.of(3, 2, 1, 0))));
    for (const data of [images, folder]) {
      const found = await read({ data, first: 2 });
      expect(found.x).toEqual({ dtype: 'U8', shape: [2, 2, 3], data: numbers(12) });
      expect(found.y).toEqual({ dtype: 'U8', shape: [2], data: Uint8Array.of(3, 2) });
    }
    const digest = (await read({ data: folder })).origin.sha256;
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte.gz'), gzipSync(idx([4], Uint8Array.of(3, 2, 1, 1))));
    expect((await read({ data: folder })).origin.sha256).not.toBe(digest);
  });
});

describe('sets', () => {
  it('of CIFAR are read from the folder of their binary files, channels last', async () => {
    const folder = temporaryFolder();
    const record = (label: number) => Uint8Array.of(label, ...numbers(3072));
    writeFileSync(join(folder, 'test_batch.bin'), Buffer.concat([7, 4, 9].map(record)));
    const { x, y, layout } = await read({ data: folder, indices: '2,1' });
    expect([x.shape, listOf(y), layout]).toEqual([[2, 32, 32, 3], [9, 4], 'nhwc']);
    expect(x.data[4]).toBe(Math.fround(numbers(3072)[1024 + 1] / 255)); // green of the second pixel
  });

  it('that are built in are taken by name: examples of the whole set, ten classes among them', async () => {
    const { x, y, origin } = await read({ data: 'digits', indices: '10-59' });
    const all = digits();
    const rows = all.take(all.count).x.dataSync();
    const row = listOf(x).slice(0, 64);
    expect(Array.from({ length: all.count }, (_, at) => rows.slice(64 * at, 64 * at + 64).join())).toContain(
      row.join(),
    );
    expect([x.shape, new Set(listOf(y)).size, origin.path]).toEqual([[50, 8, 8, 1], 10, 'digits']);
  });
});

/** Writes an image of random pixels into the folder of a class. */
async function image(path: string, [width, height]: readonly number[], channels: 1 | 3 | 4 = 3): Promise<Buffer> {
  mkdirSync(join(path, '..'), { recursive: true });
  const pixels = Buffer.from(numbers(width * height * channels));
  const own = sharp(pixels, { raw: { width, height, channels } });
  await (channels === 1 ? own.toColourspace('b-w') : own).toFile(path);
  return pixels;
}

describe('a folder of images', () => {
  it('has a folder a class, in the order of names, and gives the first of each class before the second', async () => {
    const folder = temporaryFolder();
    const dog = await image(join(folder, 'dog', 'a.png'), [4, 3]);
    await image(join(folder, 'cat', '2.PNG'), [4, 3]);
    const cat = await image(join(folder, 'cat', '1.png'), [4, 3], 4);
    writeFileSync(join(folder, 'cat', 'notes.txt'), 'no image');
    const { x, y } = await read({ data: folder });
    expect([x.dtype, x.shape, listOf(y)]).toEqual(['U8', [3, 3, 4, 3], [0, 1, 0]]);
    expect(x.data.slice(36, 72)).toEqual(new Uint8Array(dog));
    expect(x.data.slice(0, 36)).toEqual(new Uint8Array(cat.filter((_, at) => at % 4 < 3)));
    expect(notes).toEqual([
      'folders in the order of their names: cat is class 0, dog is class 1',
      'transparency of images is left out',
    ]);
    expect(listOf((await read({ data: folder }, ['dog', 'cow', 'cat'])).y)).toEqual([2, 0, 2]);
  });

  it('leaves out transparency at another size too, where the colour under it stays', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '0'));
    const clear = { r: 200, g: 100, b: 50, alpha: 0 };
    const flat = sharp({ create: { width: 4, height: 4, channels: 4, background: clear } });
    await flat.png().toFile(join(folder, '0', 'a.png'));
    const { x } = await read({ data: folder, size: { width: 2, height: 1 } });
    expect([x.shape, listOf(x)]).toEqual([
      [1, 1, 2, 3],
      [200, 100, 50, 200, 100, 50],
    ]);
  });

  it('may be a link, and moves no class where one is hidden or has no images; hidden files are none', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    for (const path of ['ant/a.png', 'cow/a.png', '.old/a.png']) await image(join(folder, path), [4, 3]);
    await image(join(elsewhere, 'a.png'), [4, 3]);
    writeFileSync(join(folder, 'cow', '._a.png'), 'what macOS leaves');
    symlinkSync(elsewhere, join(folder, 'bee'));
    expect(listOf((await read({ data: folder })).y)).toEqual([0, 1, 2]);
    mkdirSync(join(folder, 'bat'));
    const refusal = "got none in 'bat', which would be class 1";
    await expect(read({ data: folder })).rejects.toThrow(refusal);
    expect(listOf((await read({ data: folder }, ['ant', 'bee', 'cow'])).y)).toEqual([0, 1, 2]);
  });

  it('of grey images has one channel, names that are numbers are the classes, JPEG is decoded', async () => {
    const folder = temporaryFolder();
    const grey = await image(join(folder, '3', 'a.png'), [4, 3], 1);
    const { x, y } = await read({ data: folder });
    expect([x.shape, x.data, listOf(y), notes]).toEqual([[1, 3, 4, 1], new Uint8Array(grey), [3], []]);
    const flat = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 30, b: 90 } } });
    await flat.jpeg({ quality: 100 }).toFile(join(folder, '3', 'b.jpg'));
    const both = await read({ data: folder, size: { width: 8, height: 8 } });
    expect(both.x.shape).toEqual([2, 8, 8, 3]);
    for (const [at, value] of [200, 30, 90].entries())
      expect(Math.abs(Number(both.x.data[192 + at]) - value)).toBeLessThanOrEqual(2);
    expect(notes).toEqual(['1 of 2 images are resized to 8x8']);
  });

  it('refuses other sizes, damage, and headers that claim too much, before anything is decoded', async () => {
    const folder = temporaryFolder();
    await image(join(folder, '0', 'a.png'), [4, 3]);
    await image(join(folder, '1', 'b.png'), [5, 3]);
    await expect(read({ data: folder })).rejects.toThrow(/a\.png is 4x3, .*b\.png is 5x3; --size 4x3 resizes them/);
    expect((await read({ data: folder, first: 1 })).x.shape).toEqual([1, 3, 4, 3]); // the other is not looked at
    const png = await sharp(Buffer.from(numbers(12)), { raw: { width: 2, height: 2, channels: 3 } })
      .png()
      .toBuffer();
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(2 ** 20, 16);
    bomb.writeUInt32BE(2 ** 20, 20);
    for (const bytes of [bomb, png.subarray(0, 45), Buffer.from('no image')]) {
      writeFileSync(join(folder, '0', 'a.png'), bytes);
      const attempt = read({ data: folder, first: 1 });
      await expect(attempt).rejects.toThrow(InputError);
      await expect(attempt).rejects.toThrow(join(folder, '0', 'a.png'));
    }
    await expect(read({ data: temporaryFolder() })).rejects.toThrow('must hold one folder a class');
  });
});

describe('--indices', () => {
  const source = { data: 'digits' };
  it('may be a file, of JSON too', async () => {
    const file = join(temporaryFolder(), 'places.json');
    writeFileSync(file, '[3, 1,\n 299]');
    expect((await read({ ...source, indices: file })).indices).toEqual([3, 1, 299]);
  });

  it.each([
    ['300', "places from 0 to 299, such as 0,5,10-19, got '300'"],
    ['5-3', "got '5-3'"],
    ['1,2,1', 'name each example once, got 1 twice'],
    ['no/such', 'or a file of one'],
  ])('refuses %s', async (indices, message) => {
    await expect(read({ ...source, indices })).rejects.toThrow(message);
  });
});
