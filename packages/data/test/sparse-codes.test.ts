import { InputError, key } from '@advml/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CodeLaw, codeSampler, packCodes } from '../src/sparse-codes.ts';

const law = (changes: Partial<CodeLaw>): CodeLaw => ({
  atoms: 4,
  active: 2,
  strongRate: 0.5,
  margin: 0,
  wStar: Float32Array.of(1, -1, 1, 0.5),
  ...changes,
});

/** The probability of every code, by going through all of them: independent coordinates, near-ties left out. */
function enumerate({ atoms, active, strongRate, margin, wStar }: CodeLaw): Map<string, number> {
  const weak = 1 / Math.sqrt(active);
  const levels: [number, number][] = [
    [0, 1 - (active + strongRate) / atoms],
    [weak, active / atoms / 2],
    [-weak, active / atoms / 2],
    [1, strongRate / atoms / 2],
    [-1, strongRate / atoms / 2],
  ];
  const chances = new Map<string, number>();
  for (let state = 0; state < 5 ** atoms; state++) {
    const z = Array.from({ length: atoms }, (_, j) => levels[Math.floor(state / 5 ** j) % 5]);
    const signal = z.reduce((sum, [value], j) => sum + value * wStar[j], 0);
    if (Math.abs(signal) < 1e-9 || Math.abs(signal) < margin - 1e-9) continue;
    const name = z.map(([value]) => value.toFixed(4)).join();
    chances.set(
      name,
      z.reduce((product, [, chance]) => product * chance, 1),
    );
  }
  const total = [...chances.values()].reduce((a, b) => a + b);
  return new Map([...chances].map(([name, chance]) => [name, chance / total]));
}

describe('codeSampler', () => {
  it.each([
    ['ties only', law({})],
    ['a margin at a level', law({ margin: Math.SQRT1_2 })],
    ['a margin between levels', law({ margin: 0.9, atoms: 3, active: 1.5, wStar: Float32Array.of(1, 1, -1) })],
    ['no strong coordinates', law({ strongRate: 0, active: 3 })],
  ])('draws independent coordinates given the margin, exactly: %s', (_, given) => {
    const chances = enumerate(given);
    const sample = codeSampler(given);
    const draws = 60_000;
    const counts = new Map<string, number>();
    for (let at = 0; at < draws; at++) {
      const { atoms, values } = sample(key('codes').child(at));
      const z = Array.from({ length: given.atoms }, () => 0);
      for (const [entry, atom] of atoms.entries()) z[atom] = values[entry];
      const name = z.map((value) => value.toFixed(4)).join();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const name of counts.keys()) expect(chances.has(name), name).toBe(true);
    const cells = [...chances].filter(([, chance]) => chance * draws >= 5);
    const chiSquare = cells.reduce((sum, [name, chance]) => {
      const expected = chance * draws;
      return sum + ((counts.get(name) ?? 0) - expected) ** 2 / expected;
    }, 0);
    // Mean cells - 1, variance 2 (cells - 1): four deviations either way.
    expect(Math.abs(chiSquare - cells.length)).toBeLessThan(4 * Math.sqrt(2 * cells.length) + 1);
  });

  it('has the stated rates in high dimension', () => {
    const [atoms, active, strongRate, examples] = [1536, 2, 0.05, 20_000];
    const wStar = key('w*', 0).normal(atoms);
    const sample = codeSampler({ atoms, active, strongRate, margin: 0, wStar });
    let [weak, strong, positive, all, firstHalf] = [0, 0, 0, 0, 0];
    for (let at = 0; at < examples; at++) {
      const code = sample(key('rates').child(at));
      for (const [entry, value] of code.values.entries()) {
        if (Math.abs(value) === 1) strong++;
        else weak++;
        if (value > 0) positive++;
        if (code.atoms[entry] < atoms / 2) firstHalf++;
        all++;
      }
    }
    // The empty code is the only tie: the rates are those given at least one coordinate.
    const given = examples / (1 - (1 - (active + strongRate) / atoms) ** atoms);
    const within = (count: number, mean: number) => Math.abs(count - mean) < 4 * Math.sqrt(mean);
    expect(within(weak, given * active)).toBe(true);
    expect(within(strong, given * strongRate)).toBe(true);
    expect(within(positive, all / 2)).toBe(true);
    expect(within(firstHalf, all / 2)).toBe(true);
  });

  it('gives rising atoms, and signals that are <w*, z> and respect the margin', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 0.7, noNaN: true }),
        fc.nat(),
        (atoms, active, margin, seed) => {
          const wStar = key('w', seed).signs(atoms);
          const {
            atoms: on,
            values,
            signal,
          } = codeSampler({ atoms, active, strongRate: 0, margin, wStar })(key('z', seed));
          expect([...on]).toEqual([...new Set(on)].sort((a, b) => a - b));
          expect(values.reduce((sum, value, at) => sum + value * wStar[on[at]], 0)).toBeCloseTo(signal, 12);
          expect(Math.abs(signal)).toBeGreaterThanOrEqual(Math.max(margin, 1e-6) - 1e-6);
        },
      ),
    );
  });

  it('calls sums that differ from a tie by rounding a tie', () => {
    // Three times 1/sqrt(3) less three times 1/sqrt(3) in another order need not be 0 in floating point.
    const sample = codeSampler(law({ atoms: 6, active: 6, strongRate: 0, wStar: new Float32Array(6).fill(1) }));
    for (let at = 0; at < 2000; at++) expect(Math.abs(sample(key('ties').child(at)).signal)).toBeGreaterThan(0.1);
  });

  it('does so whatever the unit of w*', () => {
    const signals = (scale: number) => {
      const sample = codeSampler(law({ wStar: Float32Array.of(1, -1, 1, 0.5).map((weight) => weight * scale) }));
      return Array.from({ length: 200 }, (_, at) => sample(key('units').child(at)).signal / scale);
    };
    const ones = signals(1);
    for (const scale of [2 ** -30, 2 ** 30]) expect(signals(scale)).toEqual(ones);
  });

  it('names the margin where nothing reaches it', () => {
    const sample = codeSampler(law({ margin: 50 }));
    expect(() => sample(key('none', 0))).toThrow(InputError);
    expect(() => sample(key('none', 0))).toThrow(/margin must leave examples.*50/);
  });

  it('packs codes into compressed rows', () => {
    const codes = [
      { atoms: [3], values: [0.5], signal: 1 },
      { atoms: [], values: [], signal: 1 },
      { atoms: [0, 2], values: [-1, 0.25], signal: 1 },
    ];
    expect(packCodes(codes)).toEqual({
      offsets: Int32Array.of(0, 1, 1, 3),
      atoms: Int32Array.of(3, 0, 2),
      values: Float32Array.of(0.5, -1, 0.25),
    });
  });
});
