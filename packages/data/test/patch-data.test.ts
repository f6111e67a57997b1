import { InputError, key, outputMargins } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { add, type Tensor1D, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PatchDataOptions, patchData } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const model = (changes: Partial<PatchDataOptions> = {}) =>
  patchData({
    dimension: 9,
    patches: 7,
    classes: 3,
    robust: { patches: 2, size: 3 },
    nonRobust: { patches: 4, size: 0.5 },
    key: key('data', 0),
    ...changes,
  });

/** Normal distribution function by Simpson's rule. */
function phi(t: number): number {
  const f = (s: number) => Math.exp((-s * s) / 2) / Math.sqrt(2 * Math.PI);
  const inner = Array.from({ length: 1999 }, (_, at) => (at % 2 ? 2 : 4) * f(((at + 1) * t) / 2000));
  return 0.5 + ((f(0) + f(t) + inner.reduce((a, b) => a + b)) * t) / 6000;
}

const rowOf = (rows: ArrayLike<number>, row: number, width: number) =>
  Array.from({ length: width }, (_, c) => rows[row * width + c]);
const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, c) => sum + value * b[c], 0);

describe('patchData', () => {
  it('has orthonormal features', () => {
    const { robustFeatures, nonRobustFeatures } = model();
    const rows = [robustFeatures, nonRobustFeatures].flatMap((some) => [0, 1, 2].map((own) => rowOf(some, own, 9)));
    for (const [a, one] of rows.entries())
      for (const [b, other] of rows.entries()) expect(product(one, other)).toBeCloseTo(a === b ? 1 : 0, 5);
  });

  it('puts the feature of the class into as many patches as it says, of its size, and nothing elsewhere', () => {
    const own = model();
    const { x, y, held } = own.batch(key('draw', 0), 300);
    const counts = Array.from({ length: 7 }, () => 0);
    const images = (x as Tensor4D).arraySync();
    for (const [at, label] of numbersOf(y).entries()) {
      const kinds = rowOf(held, at, 7);
      expect(kinds.toSorted((a, b) => a - b)).toEqual([-1, -1, -1, -1, 0, 1, 1]);
      for (const [p, kind] of kinds.entries()) {
        if (kind === 1) counts[p]++;
        const [rows, size] = kind === 1 ? [own.robustFeatures, 3] : [own.nonRobustFeatures, kind === 0 ? 0 : 0.5];
        const expected = rowOf(rows, label, 9).map((entry) => size * entry);
        for (const [c, entry] of images[at][p][0].entries()) expect(entry).toBeCloseTo(expected[c], 5);
      }
    }
    // Each patch has the robust feature with probability 2 / 7, each class has probability 1 / 3.
    for (const count of counts) expect(Math.abs(count - 600 / 7)).toBeLessThan(4 * Math.sqrt((300 * 10) / 49));
    for (const label of [0, 1, 2]) {
      const drawn = numbersOf(y).filter((one) => one === label).length;
      expect(Math.abs(drawn - 100)).toBeLessThan(4 * Math.sqrt(600 / 9));
    }
  });

  it('has noise of the stated deviation', () => {
    const of = (own: ReturnType<typeof model>) => numbersOf(own.batch(key('noise', 0), 200).x);
    const [loud, quiet] = [of(model({ deviation: 0.7 })), of(model())];
    const noise = loud.map((entry, at) => (entry - quiet[at]) / 0.7);
    const mean = noise.reduce((a, b) => a + b) / noise.length;
    const square = noise.reduce((a, b) => a + b * b, 0) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(noise.length));
    expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt(2 / noise.length));
  });

  it('is read from either feature with the accuracy of the closed form', () => {
    const own = model({
      classes: 2,
      deviation: 1,
      robust: { patches: 1, size: 3 },
      nonRobust: { patches: 4, size: 1 },
    });
    const { x, y } = own.batch(key('read', 0), 4_000);
    const share = outputMargins(own.nonRobustReader(x), y as Tensor1D).filter((margin) => margin > 0).length / 4_000;
    const expected = phi(4 / Math.sqrt(2 * 7)); // sum of 7 products with v_y - v_j: mean 4, variance 14
    expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / 4_000));
  });

  it.each([
    [0.999, true],
    [1.001, false],
  ])('has readers whose closest errors are where they are said to be: %f of the distance', (share, withstands) => {
    const own = model();
    const { x, y, held } = own.batch(key('one', 0), 1);
    const [label] = numbersOf(y);
    const other = (label + 1) % 3;
    const [u, v] = [own.robustFeatures, own.nonRobustFeatures];
    // Both robust patches lose a third of the feature, one patch gains two thirds of another's.
    const hiding = [...held].map((kind, p) =>
      rowOf(u, label, 9).map((entry, c) => (kind === 1 ? -entry : 0) + (p === 0 ? 2 * u[other * 9 + c] : 0)),
    );
    const spread = [...held].map(() => rowOf(v, label, 9).map((entry, c) => v[other * 9 + c] - entry));
    for (const [reader, moves, distance] of [
      [own.robustReader, hiding, 3 * Math.sqrt(2 / 3)],
      [own.nonRobustReader, spread, (4 * 0.5) / Math.sqrt(2 * 7)],
    ] as const) {
      const times = (share * distance) / Math.hypot(...moves.flat());
      const delta = tensor4d(
        moves.flat().map((entry) => times * entry),
        [1, 7, 1, 9],
      );
      expect(outputMargins(reader(add(x, delta)), y as Tensor1D)[0] > 0).toBe(withstands);
    }
  });

  it('gives an example the same bits in every batch, and keeps no tensor', async () => {
    const own = model({ deviation: 1 });
    const rows = (own.batch(key('same', 0), 4).x as Tensor4D).arraySync();
    const alone = own.batch(key('same', 0), [3]);
    expect(alone.x).toHaveSameBits(rows[3].flat(2));
    expect(alone.held).toEqual(own.batch(key('same', 0), 4).held.slice(21));
    await expectNoLeak(() => {
      const { x, y } = own.batch(key('leak', 0), 3);
      for (const made of [x, y, own.robustReader(x), own.nonRobustReader(x)]) made.dispose();
    });
  });

  it.each<[Partial<PatchDataOptions>, RegExp]>([
    [{ dimension: 5 }, /dimension must be at least 6, two features a class, got 5/],
    [{ patches: 5 }, /patches must be at least 6, those with features, got 5/],
    [{ classes: 1 }, /classes must be an integer >= 2, got 1/],
    [{ deviation: -1 }, /deviation must be finite and >= 0 \(input units\), got -1/],
    [{ robust: { patches: 0, size: 1 } }, /robust\.patches must be an integer >= 1, got 0/],
    [{ nonRobust: { patches: 1, size: 0 } }, /nonRobust\.size must be finite and > 0 \(input units\), got 0/],
  ])('refuses %o', (changes, message) => {
    expect(() => model(changes)).toThrow(InputError);
    expect(() => model(changes)).toThrow(message);
  });
});
