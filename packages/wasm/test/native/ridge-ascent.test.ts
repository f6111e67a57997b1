import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { lengths, numbers, seeds } from '../random.ts';
import { type Run, type Variants, variants } from './variants.ts';

let all: Variants;
beforeAll(async () => {
  all = await variants();
});

interface Pieces {
  readonly knots: readonly number[];
  readonly slopes: readonly number[];
}

const slopeOf = ({ knots, slopes }: Pieces, u: number) => slopes[knots.filter((knot) => Math.abs(u) > knot).length];

/** a(u), by adding up the pieces from 0 to |u|. */
function heightOf({ knots, slopes }: Pieces, u: number): number {
  const size = Math.abs(u);
  const ends = [...knots, Infinity].map((knot) => Math.min(knot, size));
  return Math.sign(u) * ends.reduce((sum, end, at) => sum + slopes[at] * (end - (ends[at - 1] ?? 0)), 0);
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, at) => sum + value * b[at], 0);

interface Case {
  readonly weight: readonly number[][];
  readonly x: readonly number[];
  readonly start: readonly number[];
  readonly sign: number;
  readonly radius: number;
  readonly steps: number;
  readonly attacked: Pieces;
  /** One after the other, for equal shares of the steps. */
  readonly followed: readonly Pieces[];
  readonly earlyStop: boolean;
}

/** Lengths of the steps as shares of the radius, all different. */
const sizesOf = (steps: number) => Array.from({ length: steps }, (_, step) => 0.5 / (step + 1) ** 0.5);

/** Projected ascent as it is written in books, on inputs and in double precision; without early stop. */
function ordinary({ weight, x, start, sign, radius, steps, attacked, followed }: Case) {
  const output = (delta: readonly number[]) => {
    const at = x.map((value, j) => value + delta[j]);
    return sign * weight.reduce((sum, row) => sum + heightOf(attacked, dot(row, at)), 0);
  };
  let delta = start;
  const path = [{ delta, reached: output(delta) }];
  const turn = Math.max(1, Math.floor(steps / followed.length));
  for (const [step, share] of sizesOf(steps).entries()) {
    const at = x.map((value, j) => value + delta[j]);
    const now = followed[Math.min(Math.floor(step / turn), followed.length - 1)];
    const slopes = weight.map((row) => sign * slopeOf(now, dot(row, at)));
    const gradient = x.map((_, j) =>
      dot(
        slopes,
        weight.map((row) => row[j]),
      ),
    );
    const norm = Math.hypot(...gradient);
    if (norm === 0) break;
    const moved = delta.map((value, j) => value + (share * radius * gradient[j]) / norm);
    const size = Math.hypot(...moved);
    delta = size > radius ? moved.map((value) => (value * radius) / size) : moved;
    path.push({ delta, reached: output(delta) });
  }
  return path;
}

const rows = (values: ArrayLike<number>, width: number) =>
  Array.from({ length: values.length / width }, (_, at) => Array.from(values).slice(at * width, (at + 1) * width));

/** The perturbation and the report of an example, by the kernel. */
function ascend(run: Run, each: Case, wantBest: boolean) {
  const { weight, x, start, sign, radius, steps, attacked, followed, earlyStop } = each;
  const m = weight.length;
  const row = (at: readonly number[]) => ({ shape: [1, m], values: Float32Array.from(weight, (w) => dot(w, at)) });
  const gram = { shape: [m, m], values: Float32Array.from(weight.flatMap((a) => weight.map((b) => dot(a, b)))) };
  const inputs = { origin: row(x), start: row(x.map((value, j) => value + start[j])), gram };
  const settings = { stepSizes: sizesOf(steps), radius: [radius], begun: [Math.hypot(...start)], sign: [sign] };
  const [q, report] = run('RidgeAscent', inputs, { ...settings, wantBest, earlyStop, attacked, followed });
  const [scale, reached, gradients, flat] = Array.from(report.values);
  const delta = start.map((value, j) => scale * value + weight.reduce((sum, w, i) => sum + w[j] * q.values[i], 0));
  return { delta, reached, gradients, flat };
}

const cases = fc
  .record({
    d: lengths(12),
    m: lengths(30),
    seed: seeds,
    steps: fc.integer({ min: 1, max: 12 }),
    radius: fc.constantFrom(0.1, 1, 5),
    sign: fc.constantFrom(-1, 1),
    begin: fc.constantFrom(0, 0.5, 1),
    attacked: fc.constantFrom<Pieces>({ knots: [0.5], slopes: [0, 1] }, { knots: [0.3], slopes: [2, 1] }),
    followed: fc.constantFrom<readonly Pieces[]>(
      [{ knots: [0.5], slopes: [0, 1] }],
      [{ knots: [0.2, 0.5, 0.9], slopes: [0.1, 0.3, 0.8, 1] }],
      [{ knots: [], slopes: [1] }],
      [0.6, 0.3, 0.1, 0].map((wide) => ({ knots: [0.5 - wide / 2, 0.5 + wide], slopes: [wide, 0.5, 1] })),
    ),
  })
  .map(({ d, m, seed, begin, radius, ...rest }): Case => {
    const direction = [...numbers(seed + 2, [d]).values];
    const size = Math.hypot(...direction) || 1;
    return {
      weight: rows(numbers(seed, [m, d]).values, d),
      x: [...numbers(seed + 1, [d]).values],
      start: direction.map((value) => (begin * radius * value) / size),
      radius,
      earlyStop: false,
      ...rest,
    };
  });

describe('ascent in the space of preactivations', () => {
  it('takes the path of ordinary projected ascent', () => {
    let agreed = 0;
    let total = 0;
    fc.assert(
      fc.property(cases, (each) => {
        const path = ordinary(each);
        const end = path[path.length - 1];
        const best = path.reduce((a, b) => (b.reached > a.reached ? b : a));
        for (const run of [all.plain, all.relaxed]) {
          for (const wantBest of [true, false]) {
            const { delta, reached, gradients, flat } = ascend(run, each, wantBest);
            expect(Math.hypot(...delta)).toBeLessThanOrEqual(each.radius * (1 + 1e-5));
            expect(flat === 1).toBe(path.length <= each.steps);
            expect(gradients).toBe(Math.min(path.length, each.steps));
            const expected = wantBest ? best : end;
            const off = Math.hypot(...delta.map((value, j) => value - expected.delta[j]));
            total++;
            if (off <= 1e-4 * each.radius) {
              agreed++;
              if (wantBest) expect(reached).toBeCloseTo(best.reached, 3);
            }
          }
        }
      }),
      { numRuns: 300, seed: 5 },
    );
    // Where a preactivation lies on a knot, single and double precision part.
    expect(agreed / total).toBeGreaterThan(0.97);
  });

  it('stops where the output has got its sign, if it is told to', () =>
    fc.assert(
      fc.property(cases, (each) => {
        const path = ordinary(each);
        const first = path.findIndex(({ reached }) => reached > 1e-3);
        const unclear = path.some(({ reached }) => Math.abs(reached) <= 1e-3);
        fc.pre(first >= 0 && !unclear);
        const { reached, gradients } = ascend(all.plain, { ...each, earlyStop: true }, true);
        expect(reached).toBeGreaterThan(0);
        expect(gradients).toBe(Math.min(first + 1, each.steps));
      }),
      { numRuns: 100, seed: 7 },
    ));
});
