import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { normalization } from '../../src/native/normalization.ts';
import { expectClose, runOn } from '../compare.ts';
import { lengths, numbers, seeds } from '../random.ts';
import { nativeKernels, type Run, runs } from './variants.ts';

let both: Run[];
beforeAll(async () => {
  both = (await nativeKernels()).map((native) => runs(normalization(native, () => expect.unreachable())));
});

const shapes = fc.tuple(
  fc.integer({ min: 0, max: 4 }),
  lengths(5),
  lengths(5),
  fc.oneof(lengths(9), fc.constantFrom(31, 63, 64, 65, 68)),
);

describe('native batch normalization', () => {
  it('agrees with the cpu backend, with moments for each channel or each entry, in both variants to the bit', () =>
    fc.assert(
      fc.asyncProperty(
        shapes,
        fc.record({ each: fc.boolean(), hasOffset: fc.boolean(), hasScale: fc.boolean(), seed: seeds }),
        async (shape, { each, hasOffset, hasScale, seed }) => {
          const ofMoments = each ? shape : [shape[3]];
          const inputs = {
            x: numbers(seed, shape, { low: -9, high: 9 }),
            mean: numbers(seed + 1, ofMoments),
            variance: numbers(seed + 2, ofMoments, { low: 0.1, high: 4 }),
            offset: hasOffset ? numbers(seed + 3, ofMoments) : undefined,
            scale: hasScale ? numbers(seed + 4, ofMoments) : undefined,
          };
          const attrs = { varianceEpsilon: 0.01 };
          const [plain, relaxed] = both.map((run) => run('FusedBatchNorm', inputs, attrs));
          expect(relaxed).toEqual(plain);
          expectClose(plain[0], await runOn('cpu', 'FusedBatchNorm', inputs, attrs), 1e-6);
        },
      ),
      { numRuns: 150 },
    ));

  it('sums products with what is left of the mean, in both variants to the bit', () =>
    fc.assert(
      fc.property(shapes, seeds, (shape, seed) => {
        const width = shape[3];
        const inputs = { dy: numbers(seed, shape), x: numbers(seed + 1, shape), mean: numbers(seed + 2, [width]) };
        const values = new Float64Array(width);
        for (const [at, dy] of inputs.dy.values.entries()) {
          values[at % width] += dy * (inputs.x.values[at] - inputs.mean.values[at % width]);
        }
        const [plain, relaxed] = both.map((run) => run('CentredProductSum', inputs));
        expect(relaxed).toEqual(plain);
        expectClose(plain[0], { shape: [width], dtype: 'float32', values }, 1e-6);
      }),
      { numRuns: 150 },
    ));
});
