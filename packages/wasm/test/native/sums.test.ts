import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose } from '../compare.ts';
import { integers, lengths, numbers, seeds } from '../random.ts';
import { type Variants, variants } from './variants.ts';

let all: Variants;
beforeAll(async () => {
  all = await variants();
});

describe('native sums', () => {
  it('agree with the composition along any axes that follow one another, in both variants to the bit', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.nat(),
        fc.boolean(),
        seeds,
        (shape, one, other, keepDims, seed) => {
          const [first, last] = [one % shape.length, other % shape.length].sort((a, b) => a - b);
          const axis = [...shape.keys()].slice(first, last + 1);
          const inputs = { x: numbers(seed, shape, { low: -9, high: 9 }) };
          for (const kernelName of ['Sum', 'Mean']) {
            const results = all.plain(kernelName, inputs, { axis, keepDims });
            expect(all.relaxed(kernelName, inputs, { axis, keepDims })).toEqual(results);
            const [expected] = all.composed(kernelName, inputs, { axis, keepDims });
            if (inputs.x.values.length > 0) expectClose(results[0], expected, 1e-6);
            else expect(results[0]).toEqual(expected);
          }
        },
      ),
      { numRuns: 200 },
    ));
});

describe('native sums of segments', () => {
  it('have the bits of the composition, in both variants', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 2 }),
        lengths(6),
        seeds,
        (rows, slice, numSegments, seed) => {
          // Some ids belong to no segment, and some segments get nothing.
          const segmentIds = integers(seed, [rows], -2, numSegments + 2);
          const inputs = { x: numbers(seed + 1, [rows, ...slice]), segmentIds };
          const expected = all.composed('UnsortedSegmentSum', inputs, { numSegments });
          for (const run of [all.plain, all.relaxed]) {
            expect(run('UnsortedSegmentSum', inputs, { numSegments })).toEqual(expected);
          }
        },
      ),
      { numRuns: 200 },
    ));
});
