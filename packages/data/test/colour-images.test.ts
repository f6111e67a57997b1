import { key } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ColourImages, type ColourImagesOptions, colourImages } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

/** The normal distribution function, by Simpson's rule. */
function phi(z: number): number {
  const steps = 400;
  const density = (at: number) => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI);
  let sum = 0;
  for (let at = 0; at <= steps; at++) {
    const weight = at === 0 || at === steps ? 1 : at % 2 === 1 ? 4 : 2;
    sum += weight * density((z * at) / steps);
  }
  return 0.5 + (z * sum) / (3 * steps);
}

const side = 16;
const deviations = { luminance: 0.1, blueYellow: 0.03, redGreen: 0.02 };
const quiet = { size: 1e-6, agreement: 1 };

/** Images as plain numbers, [count][side side 3]. */
function rowsOf(model: ColourImages, count: number): readonly Float32Array[] {
  const { x, y } = model.batch(key('examples', 1), count);
  const all = Float32Array.from(x.dataSync());
  const width = all.length / count;
  x.dispose();
  y.dispose();
  return Array.from({ length: count }, (_, at) => all.subarray(at * width, (at + 1) * width));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the background', () => {
  const count = 600;
  const make = (more: Partial<ColourImagesOptions> = {}) =>
    rowsOf(colourImages({ side, deviations, robust: quiet, nonRobust: quiet, key: key('data', 0), ...more }), count);

  it('has the covariance of colours that its deviations along the opponent axes make', () => {
    const rows = make();
    const covariance = (a: number, b: number) =>
      meanOf(
        rows.map((row) =>
          meanOf(Array.from({ length: side * side }, (_, at) => (row[3 * at + a] - 0.5) * (row[3 * at + b] - 0.5))),
        ),
      );
    const [l, by, rg] = [0.1 ** 2 / 3, 0.03 ** 2 / 6, 0.02 ** 2 / 2];
    const expected = [
      [l + by + rg, l + by - rg, l - 2 * by],
      [l + by - rg, l + by + rg, l - 2 * by],
      [l - 2 * by, l - 2 * by, l + 4 * by],
    ];
    for (const [a, row] of expected.entries())
      for (const [b, value] of row.entries()) expect(covariance(a, b) / value, `${a} ${b}`).toBeCloseTo(1, 1);
  });

  it.each([1, 0.5])('falls as frequency to the power of -%d, alike in all directions', (exponent) => {
    const rows = make({ exponent });
    /** Mean power of the luminance at (u, v), by the definition of the Fourier transform. */
    const power = (u: number, v: number) =>
      meanOf(
        rows.map((row) => {
          let [re, im] = [0, 0];
          for (let at = 0; at < side * side; at++) {
            const luminance = (row[3 * at] + row[3 * at + 1] + row[3 * at + 2] - 1.5) / Math.sqrt(3);
            const angle = (2 * Math.PI * (u * Math.floor(at / side) + v * (at % side))) / side;
            re += luminance * Math.cos(angle);
            im += luminance * Math.sin(angle);
          }
          return (re * re + im * im) / (side * side);
        }),
      );
    const total = Array.from({ length: side * side }, (_, at) => {
      const [u, v] = [Math.floor(at / side), at % side].map((wave) => Math.min(wave, side - wave));
      return Math.max(Math.hypot(u, v), 1) ** (-2 * exponent);
    }).reduce((sum, one) => sum + one, 0);
    for (const [u, v] of [
      [1, 0],
      [0, 1],
      [1, 15],
      [3, 0],
      [2, 2],
      [0, 5],
      [4, 11],
      [8, 3],
      [7, 7],
    ]) {
      const cycles = Math.hypot(...[u, v].map((wave) => Math.min(wave, side - wave)));
      const expected = (0.1 ** 2 * side * side * cycles ** (-2 * exponent)) / total;
      expect(power(u, v) / expected, `${u} ${v}`).toBeGreaterThan(0.8);
      expect(power(u, v) / expected, `${u} ${v}`).toBeLessThan(1.2);
    }
  });
});

describe('the features', () => {
  it('are at right angles, of long waves and of short ones', () => {
    const { robust, nonRobust } = colourImages({ side, classes: 4, key: key('data', 3) });
    const width = side * side * 3;
    const all = [robust, nonRobust].flatMap(({ images }) =>
      [0, 1, 2, 3].map((at) => images.subarray(at * width, (at + 1) * width)),
    );
    for (const [a, one] of all.entries())
      for (const [b, other] of all.entries()) expect(dot(one, other)).toBeCloseTo(a === b ? 1 : 0, 5);
    /** Mean square of the difference of neighbours, which is small in long waves. */
    const roughness = (image: Float32Array) =>
      Array.from(image).reduce((sum, value, at) => {
        const pixel = Math.floor(at / 3) % side;
        return pixel === side - 1 ? sum : sum + (image[at + 3] - value) ** 2;
      }, 0);
    for (const image of all.slice(0, 4)) expect(roughness(image)).toBeLessThan(0.65);
    for (const image of all.slice(4)) expect(roughness(image)).toBeGreaterThan(1);
  });

  it('lead a linear reader to the accuracy that is planned, with and without an attack', () => {
    const sizes = { robust: { size: 1, agreement: 1 }, nonRobust: { size: 0.1, agreement: 1 } };
    const model = colourImages({ side, classes: 2, deviations, ...sizes, key: key('data', 1) });
    const count = 2000;
    const { y } = model.batch(key('examples', 1), count);
    const classes = numbersOf(y);
    y.dispose();
    const rows = rowsOf(model, count);
    for (const { images, noise, size } of [model.robust, model.nonRobust]) {
      const [u, v] = [images.subarray(0, side * side * 3), images.subarray(side * side * 3)];
      const direction = u.map((one, at) => one - v[at]);
      const margins = rows.map((row, at) => dot(row, direction) * (classes[at] === 0 ? 1 : -1));
      const l1 = direction.reduce((sum, one) => sum + Math.abs(one), 0);
      for (const shift of [0, 0.5 * size, 1.2 * size, (size / 4) * l1 * 0.1]) {
        const share = margins.filter((margin) => margin > shift).length / count;
        expect(share).toBeCloseTo(phi((size - shift) / noise[1]), 1);
        expect(Math.abs(share - phi((size - shift) / noise[1]))).toBeLessThan(4 * Math.sqrt(0.25 / count));
      }
    }
  });

  it('of long waves survive the usual radii in linf and l2, those of short waves do not', () => {
    const { robust, nonRobust } = colourImages({ key: key('data', 0) });
    const width = 32 * 32 * 3;
    const worst = ({ images, noise, size }: ColourImages['robust']) =>
      [1, 4, 9].map((other) => {
        const l1 = images
          .subarray(0, width)
          .reduce((sum, one, at) => sum + Math.abs(one - images[other * width + at]), 0);
        return [0, (8 / 255) * l1, 0.5 * Math.SQRT2].map((shift) => phi((size - shift) / noise[other]));
      });
    for (const [clean, linf, l2] of worst(robust)) {
      expect(clean).toBeGreaterThan(0.99);
      expect(linf).toBeGreaterThan(0.95);
      expect(l2).toBeGreaterThan(0.99);
    }
    for (const [clean, linf, l2] of worst(nonRobust)) {
      expect(clean).toBeGreaterThan(0.99);
      expect(linf).toBeLessThan(0.01);
      expect(l2).toBeLessThan(0.3);
    }
  });
});

describe('the images', () => {
  const model = colourImages({ key: key('data', 0) });

  it('are the same in every batch, within [0, 1], and keep no tensor', async () => {
    const all = model.batch(key('train', 0), 6);
    const some = model.batch(key('train', 0), [4, 1]);
    const [values, width] = [numbersOf(all.x), 32 * 32 * 3];
    expect(all.x.shape).toEqual([6, 32, 32, 3]);
    expect(some.x).toHaveSameBits([4, 1].flatMap((at) => values.slice(at * width, (at + 1) * width)));
    expect(numbersOf(some.y)).toEqual([4, 1].map((at) => numbersOf(all.y)[at]));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    expect(values.filter((value) => value === 0 || value === 1).length / values.length).toBeLessThan(0.03);
    for (const tensor of [all.x, all.y, some.x, some.y]) tensor.dispose();
    await expectNoLeak(() => {
      const { x, y } = model.batch(key('train', 0), 2);
      for (const tensor of [x, y, model.robust.reader(x), model.nonRobust.reader(x)]) tensor.dispose();
    });
  });

  it('have features that agree with the labels as often as is told', () => {
    const few = colourImages({
      side: 8,
      classes: 4,
      robust: { size: 1, agreement: 0.6 },
      nonRobust: { size: 1, agreement: 0 },
      key: key('data', 0),
    });
    const { x, y, robust, nonRobust } = few.batch(key('train', 0), 4000);
    const labels = numbersOf(y);
    const agreeing = (shown: Int32Array) => labels.filter((label, at) => label === shown[at]).length / labels.length;
    expect(agreeing(robust)).toBeCloseTo(0.6 + 0.4 / 4, 1);
    expect(agreeing(nonRobust)).toBeCloseTo(1 / 4, 1);
    expect(meanOf(labels)).toBeCloseTo(1.5, 1);
    x.dispose();
    y.dispose();
  });

  it('are read by the kind of feature that a reader sees', () => {
    const { x, y, robust, nonRobust } = model.batch(key('test', 0), 200);
    const read = ({ reader }: ColourImages['robust']) => {
      const scores = reader(x);
      const rows = numbersOf(scores);
      scores.dispose();
      return Array.from({ length: 200 }, (_, at) => {
        const own = rows.slice(10 * at, 10 * at + 10);
        return own.indexOf(Math.max(...own));
      });
    };
    const right = (said: readonly number[], shown: Int32Array) => said.filter((one, at) => one === shown[at]).length;
    expect(right(read(model.robust), robust)).toBeGreaterThan(190);
    expect(right(read(model.nonRobust), nonRobust)).toBeGreaterThan(190);
    expect(right(read(model.robust), nonRobust)).toBeLessThan(195);
    x.dispose();
    y.dispose();
  });
});

it.each<[Partial<ColourImagesOptions>, RegExp]>([
  [{ side: 7 }, /side must be an integer >= 8, got 7/],
  [{ classes: 37 }, /classes must be at most 36, the number of long waves, got 37/],
  [{ exponent: -1 }, /exponent must be/],
  [{ deviations: { luminance: -1, blueYellow: 0, redGreen: 0 } }, /luminance must be finite and >= 0/],
  [{ robust: { size: 0, agreement: 1 } }, /robust\.size must be finite and > 0/],
  [{ nonRobust: { size: 1, agreement: 1.5 } }, /nonRobust\.agreement must be/],
])('refuses what cannot be: %o', (more, message) => {
  expect(() => colourImages({ key: key('data', 0), ...more })).toThrow(message);
});
