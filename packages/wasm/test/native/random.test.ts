import { exampleKeys, key } from '@advml/core';
import { normalQuantile } from '@advml/core/internal';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { count } from '../../src/kernel.ts';
import { allocate, heapOf } from '../../src/memory.ts';
import type { NativeKernels } from '../../src/native/native-kernels.ts';
import { random } from '../../src/native/random.ts';
import { lengths, seeds } from '../random.ts';
import { nativeKernels, type Run, runs } from './variants.ts';

let modules: readonly NativeKernels[];
let both: Run[];
beforeAll(async () => {
  modules = await nativeKernels();
  both = modules.map((native) => runs(random(native, () => expect.unreachable())));
});

/** Numbers as they lie in memory, so that not a bit may differ. */
const bits = (values: Float32Array) => Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length));

const draws = fc.record({
  seed: seeds,
  rows: fc.integer({ min: 0, max: 5 }),
  shape: fc.oneof(
    fc.array(lengths(6), { maxLength: 3 }),
    fc.tuple(fc.constantFrom(0, 7, 8, 9, 1023, 1024, 1025, 3001)),
  ),
});

type Draws = typeof draws extends fc.Arbitrary<infer Value> ? Value : never;

function keysOf({ seed, rows, shape }: Draws) {
  const keys = exampleKeys(key('draws', seed), rows);
  const words = { shape: [rows, 2], values: Int32Array.from(keys.flatMap((each) => each.words)) };
  return { keys, words, width: count(shape), outputShape: [rows, ...shape] };
}

describe('random numbers of keys', () => {
  it('are the Gaussian ones of the host, to the bit, in both variants', () =>
    fc.assert(
      fc.property(draws, fc.constantFrom(1, 0, 0.3, 1e-30, 12345.678), (each, deviation) => {
        const { keys, words, width, outputShape } = keysOf(each);
        const expected = keys.flatMap((own) => bits(own.normal(width, deviation)));
        for (const run of both) {
          const [result] = run('KeyNormal', { words }, { shape: each.shape, deviation });
          expect(result.shape).toEqual(outputShape);
          expect(bits(result.values as Float32Array)).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    ));

  it('are so in a million draws, where the smallest error of a coefficient shows', () => {
    const own = key('a million', 0);
    const expected = own.normal(2 ** 20);
    const words = { shape: [1, 2], values: Int32Array.from(own.words) };
    for (const run of both) {
      const [{ values }] = run('KeyNormal', { words }, { shape: [expected.length], deviation: 1 });
      expect(expected.findIndex((value, at) => value !== values[at])).toBe(-1);
    }
  });

  it('are the uniform ones of the host, to the bit, in both variants', () =>
    fc.assert(
      fc.property(draws, fc.constantFrom([0, 1], [-0.1, 0.1], [3, -7], [1e6, 1e6 + 1]), (each, [low, high]) => {
        const { keys, words, width, outputShape } = keysOf(each);
        const expected = keys.flatMap((own) => bits(own.uniform(width, low, high)));
        for (const run of both) {
          const [result] = run('KeyUniform', { words }, { shape: each.shape, low, high });
          expect(result.shape).toEqual(outputShape);
          expect(bits(result.values as Float32Array)).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    ));

  it('are right for the smallest and the largest words, and where the formula changes', () => {
    const edges = [0, 2 ** 32, 0.075 * 2 ** 32, 0.925 * 2 ** 32, 2 ** 31];
    // The logarithm halves its range at powers of two times sqrt(1/2), on either side of one half.
    for (let power = 1; power < 32; power++) {
      const corner = 2 ** power * Math.SQRT1_2;
      edges.push(2 ** power, corner, 2 ** 32 - 2 ** power, 2 ** 32 - corner);
    }
    const near = edges.flatMap((edge) => [-2, -1, 0, 1, 2].map((by) => Math.floor(edge) + by));
    const words = Uint32Array.from(near.filter((word) => word >= 0 && word < 2 ** 32));
    const expected = Float32Array.from(words, (word) => 1.7 * normalQuantile((word + 0.5) * 2 ** -32));
    const wasm = backend() as BackendWasm;
    for (const { exports } of modules) {
      const [numbers, work] = [allocate(wasm, words.byteLength), allocate(wasm, exports.normalBytes())];
      const heap = heapOf(wasm).HEAPU8;
      heap.set(new Uint8Array(words.buffer), numbers);
      exports.normalFromWords(words.length, numbers, 1.7, work);
      expect(bits(new Float32Array(heap.buffer, numbers, words.length))).toEqual(bits(expected));
      for (const address of [numbers, work]) heapOf(wasm)._free(address);
    }
  });
});
