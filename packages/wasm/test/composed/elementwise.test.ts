import { useWasm } from '@advml/wasm';
import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectLikeCpu, runOn } from '../compare.ts';
import { lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

it('Sign tells the smallest numbers from zero', async () => {
  const values = Float32Array.of(1e-45, -1e-45, 1e-7, -1e-7, 0, -0, 3, -3, Infinity, -Infinity);
  const { values: signs } = await runOn('wasm', 'Sign', { x: { shape: [10], values } });
  expect([...(signs as Float32Array)]).toEqual([1, -1, 1, -1, 0, 0, 1, -1, 1, -1]);
});

it('Prelu has slopes of any shape that fits, shared along any axes', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ length: lengths(3), shared: fc.boolean() }), { maxLength: 4 }),
      fc.nat(4),
      seeds,
      async (axes, from, seed) => {
        const x = numbers(
          seed,
          axes.map(({ length }) => length),
        );
        const alpha = numbers(seed + 1, axes.map(({ length, shared }) => (shared ? 1 : length)).slice(from));
        await expectLikeCpu('Prelu', { x, alpha }, {}, 0);
      },
    ),
    { numRuns: 60 },
  ));
