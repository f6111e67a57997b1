import { useWasm } from '@advml/wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { add, backend, conv2d, max, ones, type Tensor4D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { guardMemory, heapOf } from '../../src/memory.ts';
import { uniform } from '../random.ts';

beforeAll(() => useWasm());

describe('the guard of the memory', () => {
  /** A guarded heap whose `malloc` answers from a list. */
  function guarded(size: number, answers: readonly number[]) {
    const [left, freed] = [[0, ...answers], [] as number[]];
    const wasm = {
      HEAPU8: { length: size },
      _malloc: () => left.shift() as number,
      _free: (address: number) => freed.push(address),
    };
    guardMemory({ wasm } as unknown as BackendWasm);
    freed.length = 0;
    return { wasm, freed, malloc: wasm._malloc as (bytes: number) => number };
  }
  const [size, address, bytes] = [4131389440, 4027579488, 268435456];

  it('takes blocks that end with the memory, and no byte later', () => {
    expect(guarded(size, [size - bytes]).malloc(bytes)).toBe(size - bytes);
    expect(() => guarded(size, [size - bytes + 1, 0]).malloc(bytes)).toThrow(
      'the WASM memory (3940 MiB) has no room for 256 MiB more: dispose tensors or take smaller batches',
    );
  });

  it('reads addresses above 2 GiB, which come as negative numbers', () => {
    expect(guarded(size, [-(2 ** 31)]).malloc(bytes)).toBe(2 ** 31);
    expect(() => guarded(size, [address - 2 ** 32, 0]).malloc(bytes)).toThrow(RangeError);
  });

  it('looks further where a block is too short, and gives the short ones back', () => {
    const heap = guarded(size, [address, address + 8, 1024]);
    expect(heap.malloc(bytes)).toBe(1024);
    expect(heap.freed).toEqual([address, address + 8]);
    const full = guarded(size, [address, 0]);
    expect(() => full.malloc(bytes)).toThrow(RangeError);
    expect(full.freed).toEqual([address]);
  });

  it('refuses 4 GiB and more without asking', () => {
    expect(() => guarded(size, []).malloc(2 ** 32)).toThrow('no room for 4096 MiB');
  });
});

it('never hands out a block that overlaps another or ends beyond 4 GiB, and goes on after it was full', () => {
  const heap = heapOf(backend() as BackendWasm);
  const [a, b] = [tensor1d([1, 2, 3]), tensor1d([10, 20, 30])];
  const random = uniform(7);
  const blocks = new Map<number, number>();
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const kept = [...blocks.keys()];
    if (kept.length > 0 && random() < 0.25) {
      const address = kept[Math.floor(random() * kept.length)];
      heap._free(address);
      blocks.delete(address);
      continue;
    }
    const bytes = Math.floor(2 ** (10 + 20 * random())); // 1 KiB to 1 GiB; untouched, so that they take no real memory
    try {
      blocks.set(heap._malloc(bytes), bytes);
    } catch {
      refused++;
    }
  }
  const sorted = [...blocks].sort(([one], [other]) => one - other);
  const bad = sorted.filter(([address, bytes], at) => address + bytes > (sorted[at + 1]?.[0] ?? heap.HEAPU8.length));
  expect([bad, refused > 100, heap.HEAPU8.length > 2 ** 32 - 2 ** 27]).toEqual([[], true, true]);
  expect(Array.from(a.dataSync())).toEqual([1, 2, 3]);
  for (const address of blocks.keys()) heap._free(address);
  const sum = add(a, b);
  expect(Array.from(sum.dataSync())).toEqual([11, 22, 33]);
  heap._free(heap._malloc(2 ** 29)); // there is room again
});

it('says so where XNNPACK finds no room for itself, too, and goes on', () => {
  const heap = heapOf(backend() as BackendWasm);
  const [x, filter] = [ones([1, 64, 64, 8]), ones([3, 3, 8, 16])] as [Tensor4D, Tensor4D];
  const forResult = heap._malloc(4 * 64 * 64 * 16);
  const blocks: number[] = [];
  for (let bytes = 2 ** 30; bytes >= 2048; bytes /= 2) {
    try {
      for (;;) blocks.push(heap._malloc(bytes));
    } catch {}
  }
  heap._free(forResult);
  expect(() => conv2d(x, filter, 1, 'same')).toThrow(/^the WASM memory \(\d+ MiB\) has no room for what Conv2D needs/);
  for (const address of blocks) heap._free(address);
  expect(tidy(() => max(conv2d(x, filter, 1, 'same')).dataSync()[0])).toBe(72);
  for (const tensor of [x, filter]) tensor.dispose();
});
