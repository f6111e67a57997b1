import {
  ball,
  describeThreat,
  exampleKeys,
  InputError,
  type Key,
  key,
  l1,
  l2,
  linf,
  perturb,
  projectDelta,
  randomDelta,
  restrict,
  type StrictNorm,
  type Threat,
  withMask,
} from '@advml/core';
import { firstOffMask, forBatch, sizeAtMost } from '@advml/core/internal';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { mul, ones, tensor2d, tidy, zeros } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => useWasm());

const box = { low: 0, high: 1 };

describe('ball', () => {
  it('is a frozen record', () => {
    expect(ball(l2, 0.5)).toEqual({ norm: l2, eps: 0.5 });
    expect(ball(l2, 0.5, box)).toEqual({ norm: l2, eps: 0.5, box });
    expect(Object.isFrozen(ball(l2, 0.5, box))).toBe(true);
  });

  it('refuses radii and boxes that mean nothing', () => {
    expect(() => ball(l2, -0.1)).toThrow('eps must be >= 0 (input units), got -0.1');
    expect(() => ball(l2, Number.NaN)).toThrow(InputError);
    for (const bad of [
      { low: 1, high: 0 },
      { low: 1, high: 1 },
      { low: Number.NaN, high: 1 },
    ]) {
      expect(() => ball(l2, 1, bad)).toThrow('box must have low < high');
    }
  });

  it('may have no end', () => {
    expect(describeThreat(ball(l2, Infinity, box))).toBe('l2 of any size in [0, 1]');
    expect(() => randomDelta(ball(l2, Infinity), tensor2d([[1, 2]]), [key('threat', 0)])).toThrow('finite eps');
  });

  it('is described in one line', () => {
    expect(describeThreat(ball(l2, 0.11))).toBe('l2 eps 0.11');
    expect(describeThreat(ball(linf, 0.03, box))).toBe('linf eps 0.03 in [0, 1]');
  });
});

describe('projectDelta', () => {
  const size: Record<StrictNorm['name'], (a: number, b: number) => number> = {
    l1: (a, b) => Math.abs(a) + Math.abs(b),
    l2: Math.hypot,
    linf: (a, b) => Math.max(Math.abs(a), Math.abs(b)),
  };

  it.each([l1, l2, linf])('gives the nearest allowed point of a fine grid in $name', (norm) => {
    const x = [0.9, 0.2];
    const eps = 0.4;
    const ticks = Array.from({ length: 401 }, (_, at) => eps * (at / 200 - 1));
    const allowed = ticks
      .flatMap((a) => ticks.map((b) => [a, b]))
      .filter(([a, b]) => size[norm.name](a, b) <= eps && x[0] + a <= 1 && x[1] + b >= 0);
    for (const wish of [
      [1, 1],
      [0.3, -0.9],
      [-0.5, -0.1],
      [-2, 0.05],
      [0.05, 0.05],
    ]) {
      const delta = numbersOf(tidy(() => projectDelta(ball(norm, eps, box), tensor2d([x]), tensor2d([wish]))));
      const distance = ([a, b]: number[]) => Math.hypot(a - wish[0], b - wish[1]);
      const nearest = allowed.reduce((best, point) => (distance(point) < distance(best) ? point : best));
      expect(distance(delta)).toBeLessThanOrEqual(distance(nearest) + 1e-6);
      expect(size[norm.name](delta[0], delta[1])).toBeLessThanOrEqual(eps * (1 + 1e-6));
      expect(x.every((value, at) => value + delta[at] >= -1e-7 && value + delta[at] <= 1 + 1e-7)).toBe(true);
    }
  });

  it.each([l1, l2, linf])('is exact in $name where entries differ by many orders of magnitude', (norm) => {
    const wish = [1e20, 1e-20, -3, 0];
    const delta = numbersOf(tidy(() => projectDelta(ball(norm, 0.5), tensor2d([[0, 0, 0, 0]]), tensor2d([wish]))));
    const expected = { l1: [0.5, 0, 0, 0], l2: [0.5, 0, 0, 0], linf: [0.5, 1e-20, -0.5, 0] }[norm.name];
    expect(delta).toBeAllClose(expected, { absolute: 1e-6 });
  });
});

it('projectDelta and randomDelta refuse perturbations and keys for other inputs', () => {
  const x = tensor2d([[0.1, 0.9], [0.5, 0.5]]); // biome-ignore format: a matrix
  for (const norm of [l1, l2, linf]) {
    for (const shape of [[1, 2], [3, 2], [2, 3]] as [number, number][]) // biome-ignore format: shapes
      expect(() => projectDelta(ball(norm, 0.5, box), x, ones(shape))).toThrow(
        `delta must have shape [2, 2], got [${shape.join(', ')}]`,
      );
    for (const threat of [ball(norm, 0.5), ball(norm, 0.5, box)])
      expect(() => randomDelta(threat, x, exampleKeys(key('threat', 0), 3))).toThrow(
        'keys must be 2, one an example, got 3',
      );
  }
});

describe('randomDelta and perturb', () => {
  it.each([l1, l2, linf])('stay inside ball and box in $name', async (norm) => {
    const threat = ball(norm, 0.5, box);
    const x = tensor2d(key('threat', 'x').uniform(400), [100, 4]);
    const keys = exampleKeys(key('threat', 'start'), 100);
    const delta = randomDelta(threat, x, keys);
    expect(Math.max(...numbersOf(tidy(() => norm.size(delta))))).toBeLessThanOrEqual(0.5 * (1 + 1e-6));
    const moved = numbersOf(tidy(() => perturb(threat, x, delta)));
    expect(moved.every((value) => value >= 0 && value <= 1)).toBe(true);
    const [inputs, changes] = [numbersOf(x), numbersOf(delta)];
    expect(moved).toBeAllClose(
      inputs.map((value, at) => value + changes[at]),
      { absolute: 1e-6 },
    );
    await expectNoLeak(() => {
      const start = randomDelta(threat, x, keys);
      const projected = projectDelta(threat, x, start);
      for (const made of [start, projected, perturb(threat, x, projected)]) made.dispose();
    });
  });
});

describe('a mask', () => {
  const mask = [true, false, true, false];
  const threat = withMask(ball(l2, 0.5, box), mask);

  it('is a copy, told from others of as many entries', () => {
    const own = [...mask];
    const other = withMask(ball(l2, 0.5), own);
    own[1] = true;
    expect(other.mask).toEqual(mask);
    expect(Object.isFrozen(other.mask)).toBe(true);
    expect(describeThreat(other)).toMatch(/^l2 eps 0.5, 2 of 4 entries \(mask [0-9a-f]{8}\)$/);
    const moved = withMask(ball(l2, 0.5), [false, true, true, false]);
    expect(describeThreat(moved)).not.toBe(describeThreat(other));
    expect(() => withMask(ball(l2, 0.5), [false, false])).toThrow('mask must let at least one entry change');
  });

  it.each([l1, l2, linf])('makes projections those of the entries that may change in $name', (norm) => {
    const [x, wish] = [tensor2d([[0.5, 0.5, 0.9, 0.2]]), tensor2d([[3, -7, 2, 1e20]])];
    const full = numbersOf(tidy(() => projectDelta(withMask(ball(norm, 0.5, box), mask), x, wish)));
    const free = tidy(() => numbersOf(projectDelta(ball(norm, 0.5, box), tensor2d([[0.5, 0.9]]), tensor2d([[3, 2]]))));
    expect(full).toBeAllClose([free[0], 0, free[1], 0]);
  });

  it('makes random points uniform in the entries that may change, whatever the shape', () => {
    const keys = exampleKeys(key('threat', 'mask'), 50);
    const whole = withMask(ball(l2, 0.5), mask);
    const full = numbersOf(tidy(() => randomDelta(whole, zeros([50, 2, 2]), keys)));
    const free = numbersOf(tidy(() => randomDelta(ball(l2, 0.5), zeros([50, 2]), keys)));
    expect(full.filter((_, at) => mask[at % 4])).toHaveSameBits(free);
    expect(full.filter((_, at) => !mask[at % 4]).every((value) => value === 0)).toBe(true);
  });

  it('finds who left it, and refuses inputs that it does not fit', () => {
    const x = tensor2d([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ]);
    expect(firstOffMask(threat, x, tensor2d([[9, 0, 9, 0], [9, 1, 9, 1]]))).toBe(-1); // biome-ignore format: a matrix
    expect(firstOffMask(threat, x, tensor2d([[9, 0, 9, 0], [1, 1, 1, 2]]))).toBe(1); // biome-ignore format: a matrix
    expect(() => restrict(threat, tensor2d([[1, 2, 3]]))).toThrow('mask must hold 3 booleans');
    expect(() => randomDelta(threat, tensor2d([[1, 2, 3]]), [key('threat', 0)])).toThrow(InputError);
  });

  it('fits a batch without examples', () => {
    expect(tidy(() => restrict(threat, zeros([0, 4])).shape)).toEqual([0, 4]);
    expect(() => restrict(threat, zeros([0, 3]))).toThrow('mask must hold 3 booleans');
  });

  it('keeps no tensor', async () => {
    const x = tensor2d([[0.5, 0.5, 0.9, 0.2]]);
    await expectNoLeak(() => {
      const start = randomDelta(threat, x, [key('threat', 0)]);
      for (const made of [start, projectDelta(threat, x, start), restrict(threat, x)]) made.dispose();
    });
  });
});

describe('a radius for each example', () => {
  it.each([l1, l2, linf])('gives the bits of examples alone in $name', (norm) => {
    const radii = [0.5, 0, 0.2];
    const own = forBatch(ball(norm, 0.5, box), 3, radii);
    const rows = [0, 1, 2].map((at) => Array.from(key('radii', at).uniform(4)));
    const keys = exampleKeys(key('radii', 'start'), 3);
    const run = (threat: Threat, values: number[][], own: readonly Key[]) =>
      tidy(() => {
        const x = tensor2d(values);
        return [...numbersOf(projectDelta(threat, x, mul(x, 3))), ...numbersOf(randomDelta(threat, x, own))];
      });
    const whole = run(own, rows, keys);
    const alone = rows.map((row, at) => run(ball(norm, radii[at], box), [row], [keys[at]]));
    expect(whole.slice(0, 12)).toHaveSameBits(alone.flatMap((each) => each.slice(0, 4)));
    expect(whole.slice(12)).toHaveSameBits(alone.flatMap((each) => each.slice(4)));
  });

  it('is at most that of the threat', () => {
    expect(forBatch(ball(l2, 0.5), 2).radii).toEqual([0.5, 0.5]);
    expect(() => forBatch(ball(l2, 0.5), 2, [0.1])).toThrow('eps must hold 2 radii, one an example, got 1');
    for (const bad of [-0.1, 0.6, Number.NaN, undefined as never])
      expect(() => forBatch(ball(l2, 0.5), 1, [bad])).toThrow(`from 0 to the threat's, 0.5, got ${bad}`);
    expect(() => projectDelta(forBatch(ball(l2, 0.5), 2), tensor2d([[1]]), tensor2d([[1]]))).toThrow('a batch of 1');
  });
});

describe('a size that rounding carried past its radius', () => {
  /** The next float32 above a positive one. */
  const above = (value: number): number => {
    const bits = new Uint32Array(Float32Array.of(value).buffer);
    return new Float32Array(bits.map((word) => word + 1).buffer)[0];
  };

  it('is the largest float32 that is not above the radius; others stay', () => {
    const radii = fc.double({ min: 0, max: 1e38, noNaN: true });
    fc.assert(
      fc.property(radii, fc.integer({ min: -3, max: 3 }), (radius, steps) => {
        const size = Math.fround(radius * (1 + steps * 2 ** -24));
        const found = sizeAtMost(size, radius);
        if (size <= radius) return found === size;
        return found <= radius && above(found) > radius && found === Math.fround(found);
      }),
      {
        examples: [
          [0.1, 0],
          [1, 2],
          [0.5 - 2 ** -40, 0],
        ],
      },
    );
  });
});
