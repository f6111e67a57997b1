import { InputError, key } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SparseBatch, type SparseCodingModel, type SparseCodingOptions, sparseCoding } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const model = (changes: Partial<SparseCodingOptions> = {}) =>
  sparseCoding({ dimension: 24, active: 2, margin: 0.5, key: key('data', 0), ...changes });

const dense = ({ codes, y }: SparseBatch, atoms: number): number[][] =>
  Array.from({ length: y.size }, (_, at) => {
    const z = new Array<number>(atoms).fill(0);
    for (let e = codes.offsets[at]; e < codes.offsets[at + 1]; e++) z[codes.atoms[e]] = codes.values[e];
    return z;
  });

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, at) => sum + value * b[at], 0);

/** M z by the definition. */
const synthesize = ({ dictionary, dimension, atoms }: SparseCodingModel, z: number[]) =>
  Array.from({ length: dimension }, (_, c) =>
    dot(
      z,
      Array.from({ length: atoms }, (_, j) => dictionary[j * dimension + c]),
    ),
  );

const rowsOf = (x: Tensor2D): number[][] => x.arraySync();

const overcomplete = { dimension: 10, atoms: 24 } as const;

describe('sparseCoding', () => {
  it.each([
    ['identity', model({ dictionary: 'identity' })],
    ['orthonormal', model()],
    ['overcomplete', model(overcomplete)],
    ['a matrix of one’s own', model({ dictionary: model({ key: key('other', 1) }).dictionary })],
  ])('makes inputs M z and labels sign <w*, z>: %s', (_, own) => {
    const batch = own.batch(key('train', 0), 200);
    const codes = dense(batch, own.atoms);
    expect(batch.x.shape).toEqual([200, own.dimension]);
    expect(batch.x).toBeAllClose(codes.flatMap((z) => synthesize(own, z)));
    expect(numbersOf(batch.y)).toEqual(codes.map((z) => Math.sign(dot(own.wStar, z))));
    for (const z of codes) expect(Math.abs(dot(own.wStar, z))).toBeGreaterThanOrEqual(0.5);
    expect(batch.y.dtype).toBe('float32');
  });

  it('gives an example the same bits in every batch', () => {
    for (const own of [
      model(),
      model({ noise: 0.3, dictionary: 'identity' }),
      model({ ...overcomplete, noise: 0.3 }),
    ]) {
      const whole = rowsOf(own.batch(key('train', 0), 8).x as Tensor2D);
      const some = own.batch(key('train', 0), [5, 2, 5]);
      expect(some.x).toHaveSameBits([...whole[5], ...whole[2], ...whole[5]]);
      expect(some.codes.offsets).toHaveLength(4);
      expect(own.batch(key('train', 1), 8).x).not.toHaveSameBits(whole.flat());
    }
    const turned = model({ noise: 0.3 }); // goes through a product of the backend
    const whole = rowsOf(turned.batch(key('train', 0), 8).x as Tensor2D);
    expect(turned.batch(key('train', 0), [5]).x).toBeAllClose(whole[5]);
  });

  it.each([0, 0.4])('shows the same examples in both frames, with noise %f', (noise) => {
    const own = model({ noise });
    const inputs = own.batch(key('test', 0), 20);
    const coefficients = own.batch(key('test', 0), 20, 'coefficients');
    const turned = rowsOf(coefficients.x as Tensor2D).flatMap((row) => synthesize(own, row));
    expect(inputs.x).toBeAllClose(turned);
    expect(inputs.y).toHaveSameBits(coefficients.y);
    expect(inputs.codes).toEqual(coefficients.codes);
    if (noise === 0) expect(coefficients.x).toBeAllClose(dense(coefficients, own.atoms).flat());
  });

  it.each([
    ['inputs', model({ noise: 0.3 })],
    ['coefficients', model({ noise: 0.3 })],
    ['inputs', model({ ...overcomplete, noise: 0.3 })],
  ] as const)('adds isotropic Gaussian noise of size sigma_x: frame %s', (frame, own) => {
    const batch = own.batch(key('noise', 0), 2000, frame);
    const codes = dense(batch, own.atoms);
    const noise = rowsOf(batch.x as Tensor2D).map((row, at) => {
      const clean = frame === 'inputs' ? synthesize(own, codes[at]) : codes[at];
      return row.map((value, c) => value - clean[c]);
    });
    const d = own.dimension;
    const entries = noise.flat().map((value) => (value * Math.sqrt(d)) / 0.3); // standard normal
    const mean = (power: number) => entries.reduce((sum, value) => sum + value ** power, 0) / entries.length;
    const deviations = (moment: number, expected: number, variance: number) =>
      Math.abs(moment - expected) / Math.sqrt(variance / entries.length);
    expect(deviations(mean(1), 0, 1)).toBeLessThan(4);
    expect(deviations(mean(2), 1, 2)).toBeLessThan(4);
    expect(deviations(mean(4), 3, 96)).toBeLessThan(4);
    const neighbours = noise.reduce((sum, row) => sum + (row[0] * row[1] * d) / 0.09, 0) / noise.length;
    expect(Math.abs(neighbours)).toBeLessThan(4 / Math.sqrt(noise.length));
  });

  it('has inputs of size about one: E |z|^2 = 1 + strongRate where nothing is left out', () => {
    const own = model({ dimension: 400, dictionary: 'identity', margin: 0, strongRate: 0.5, active: 12 });
    const sizes = dense(own.batch(key('size', 0), 4000), 400).map((z) => dot(z, z)); // ties are 11 %, of the same size nearly
    const mean = sizes.reduce((a, b) => a + b) / sizes.length;
    expect(Math.abs(mean - 1.5)).toBeLessThan(0.06);
  });

  it('knows its mixture: M w* of length one', () => {
    for (const own of [model(), model(overcomplete), model({ dictionary: 'identity' })]) {
      const sum = synthesize(own, Array.from(own.wStar));
      const length = Math.sqrt(dot(sum, sum));
      expect(own.mixture).toBeAllClose(sum.map((value) => value / length));
    }
  });

  it('moves weights between the frames without a change in what they compute', () => {
    const own = model();
    const weight = tensor2d(key('w', 0).normal(3 * 24), [3, 24]);
    const [x, z] = [own.batch(key('t', 0), 4).x, own.batch(key('t', 0), 4, 'coefficients').x].map((part) =>
      rowsOf(part as Tensor2D),
    );
    const turned = own.toCoefficients(weight);
    const products = (rows: number[][], weights: number[][]) => rows.flatMap((row) => weights.map((w) => dot(row, w)));
    expect(products(z, rowsOf(turned))).toBeAllClose(products(x, rowsOf(weight)), { absolute: 1e-5 });
    expect(own.toInputs(turned)).toBeAllClose(weight, { absolute: 1e-5 });
    const atom = tensor2d(own.dictionary.subarray(24, 48), [1, 24]); // atom 1 alone
    expect(own.toCoefficients(atom)).toBeAllClose(Array.from({ length: 24 }, (_, j) => (j === 1 ? 1 : 0)));
  });

  it('tells an orthonormal dictionary of one’s own from others', () => {
    const basis = model().dictionary.slice();
    expect(model({ dictionary: basis }).orthonormal).toBe(true);
    const [c, s] = [Math.cos(0.01), Math.sin(0.01)];
    for (let at = 0; at < 24; at++) basis[at] = c * basis[at] + s * basis[24 + at]; // leans atom 0 towards atom 1
    expect(model({ dictionary: basis }).orthonormal).toBe(false);
    expect(model(overcomplete).orthonormal).toBe(false);
  });

  it('is decided by its key', () => {
    expect(model().dictionary).toHaveSameBits(model().dictionary);
    expect(model().wStar).toHaveSameBits(model().wStar);
    expect(model({ key: key('data', 1) }).dictionary).not.toHaveSameBits(model().dictionary);
    expect(new Set(model().wStar)).toEqual(new Set([-1, 1]));
  });

  it('keeps no tensor', () =>
    expectNoLeak(() => {
      const own = model({ noise: 0.1 });
      for (const frame of ['inputs', 'coefficients'] as const) {
        const { x, y } = own.batch(key('leak', 0), 3, frame);
        const moved = own.toInputs(x as Tensor2D);
        const back = own.toCoefficients(moved);
        for (const made of [x, y, moved, back]) made.dispose();
      }
    }));

  it.each<[Partial<SparseCodingOptions>, RegExp]>([
    [{ dimension: 0 }, /dimension must be an integer >= 1, got 0/],
    [{ atoms: 2.5 }, /atoms must be an integer/],
    [{ active: 25 }, /active \(k\) plus strongRate must be at most 24.*got 25 \+ 0.05/],
    [{ active: 0 }, /active must be finite and > 0/],
    [{ active: Number.NaN }, /active must be finite and > 0/],
    [{ strongRate: -1 }, /strongRate must be finite and >= 0/],
    [{ margin: -0.1 }, /margin must be finite and >= 0 .*got -0.1/],
    [{ margin: Infinity }, /margin must be finite/],
    [{ noise: -1 }, /noise must be finite and >= 0 \(input units\), got -1/],
    [{ atoms: 23, dictionary: 'orthonormal' }, /as many atoms as dimensions: atoms must be 24, got 23/],
    [{ atoms: 48, dictionary: 'identity' }, /use 'overcomplete' for more/],
    [{ dictionary: 'haar' as 'identity' }, /dictionary must be 'identity', .* got haar/],
    [{ dictionary: new Float32Array(5) }, /dictionary must hold 24 atoms of 24 numbers, 576 in all, got 5/],
    [{ dictionary: new Float32Array(576) }, /length 1, got 0 for atom 0/],
    [{ dictionary: new Float32Array(576).fill(Number.NaN) }, /length 1, got NaN for atom 0/],
    [{ wStar: new Float32Array(23) }, /wStar must hold 24 numbers, one an atom, got 23/],
    [{ wStar: new Float32Array(24).fill(Infinity) }, /wStar must be finite, got Infinity for atom 0/],
    [{ wStar: new Float32Array(24) }, /wStar must not be all zero/],
  ])('refuses %o', (changes, message) => {
    expect(() => model(changes)).toThrow(InputError);
    expect(() => model(changes)).toThrow(message);
  });

  it('refuses bad calls', () => {
    expect(() => model(overcomplete).batch(key('a', 0), 1, 'coefficients')).toThrow(/needs an orthonormal dictionary/);
    expect(() => model().batch(key('a', 0), 1, 'z' as 'inputs')).toThrow(
      /frame must be 'inputs' or 'coefficients', got z/,
    );
    expect(() => model().batch(key('a', 0), -1)).toThrow(/examples must be an integer >= 0, got -1/);
    expect(() => model().batch(key('a', 0), [0, 1.5])).toThrow(/index must be an integer >= 0, got 1.5/);
    expect(() => model({ margin: 30 }).batch(key('a', 0), 1)).toThrow(/margin must leave examples/);
    expect(() => model().toInputs(tensor2d([[1, 2]]))).toThrow(/weight must have shape \[any, 24\], got \[1, 2\]/);
  });
});
