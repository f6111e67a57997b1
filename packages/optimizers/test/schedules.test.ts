import { InputError, type Schedule } from '@advml/core';
import '@advml/testkit';
import { assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constant, cosine, linear, oneCycle, piecewise, trapezoid, warmup } from '../src/index.ts';

const at = (schedule: Schedule, steps: readonly number[]) => steps.map(schedule);

describe('schedules', () => {
  it('constant stays', () => {
    expect(at(constant(0.3), [0, 1, 1e6])).toEqual([0.3, 0.3, 0.3]);
  });

  it('linear goes straight and stays at its end', () => {
    expect(at(linear({ from: 1, to: 0.5, steps: 10 }), [0, 1, 5, 10, 11, 99])).toBeAllClose(
      [1, 0.95, 0.75, 0.5, 0.5, 0.5],
      { absolute: 1e-12 },
    );
    expect(linear({ from: 1, steps: 10 })(10)).toBe(0);
  });

  it('linear and cosine end at their end to the bit, and pass no further', () => {
    assert(
      property(
        double({ min: -1e6, max: 1e6, noNaN: true }),
        double({ min: -1e6, max: 1e6, noNaN: true }),
        integer({ min: 1, max: 1000 }),
        (from, to, steps) => {
          for (const schedule of [linear, cosine]) expect(schedule({ from, to, steps })(steps)).toBe(to);
        },
      ),
    );
    expect(linear({ from: 0.001, to: 0.01, steps: 1000 })(1000)).toBe(0.01);
  });

  it('cosine is half a wave', () => {
    const expected = [1, 0.6 + 0.4 * Math.cos(Math.PI / 4), 0.6, 0.6 - 0.4 * Math.cos(Math.PI / 4), 0.2, 0.2];
    expect(at(cosine({ from: 1, to: 0.2, steps: 8 }), [0, 2, 4, 6, 8, 20])).toBeAllClose(expected, { absolute: 1e-12 });
  });

  it('warmup multiplies by 1/n, 2/n, ..., 1', () => {
    expect(at(warmup(4, 8), [0, 1, 2, 3, 4, 100])).toEqual([2, 4, 6, 8, 8, 8]);
    expect(at(warmup(2, linear({ from: 8, steps: 8 })), [0, 1, 2])).toEqual([4, 7, 6]);
    expect(warmup(0, 8)(0)).toBe(8);
  });

  it('trapezoid rises, holds and falls: the clean phase of the reference setting', () => {
    const rate = trapezoid({ peak: 25, warmup: 50, holdUntil: 0.6, end: 300, final: 0.1 });
    const expected = [0.5, 12.5, 25, 25, 25, 13.75, 2.5, 2.5];
    expect(at(rate, [0, 24, 49, 100, 180, 240, 300, 500])).toBeAllClose(expected, { absolute: 1e-12 });
  });

  it('trapezoid may do without warm-up and without a fall', () => {
    expect(at(trapezoid({ peak: 2, holdUntil: 1, end: 10, final: 1 }), [0, 5, 10, 20])).toEqual([2, 2, 2, 2]);
    expect(at(trapezoid({ peak: 2, holdUntil: 0, end: 10 }), [0, 5, 10, 20])).toEqual([2, 1, 0, 0]);
  });

  it('trapezoid never leaves [0, peak], never falls before its corner nor rises after it', () => {
    const corners = [
      integer({ min: 1, max: 400 }),
      double({ min: 0, max: 1, noNaN: true }),
      double({ min: 0, max: 1, noNaN: true }),
    ] as const;
    assert(
      property(...corners, double({ min: 0, max: 1, noNaN: true }), (end, holdUntil, final, share) => {
        const corner = holdUntil * end;
        const rate = trapezoid({ peak: 3, warmup: Math.floor(share * corner), holdUntil, end, final });
        const values = Array.from({ length: end + 3 }, (_, step) => rate(step));
        return values.every((value, step) => {
          const before = values[step - 1] ?? 0;
          return value >= 0 && value <= 3 && (step <= corner ? value >= before : value <= before || step === 0);
        });
      }),
    );
  });

  it.each([
    ['steps', () => linear({ from: 1, steps: 0 }), /steps must be an integer >= 1, got 0/],
    ['steps', () => cosine({ from: 1, steps: 2.5 }), /steps must be an integer >= 1, got 2.5/],
    ['warm-up', () => warmup(-1, 1), /warm-up steps must be an integer >= 0, got -1/],
    ['share', () => trapezoid({ peak: 1, holdUntil: 60, end: 300 }), /holdUntil must be between 0 and 1, got 60/],
    ['peak', () => trapezoid({ peak: -1, holdUntil: 0.6, end: 300 }), /peak must be finite and >= 0, got -1/],
    [
      'overlap',
      () => trapezoid({ peak: 1, warmup: 200, holdUntil: 0.6, end: 300 }),
      /at step 180, got 200 steps; raise holdUntil/,
    ],
  ])('refuse bad %s', (_name, work, message) => {
    expect(work).toThrow(InputError);
    expect(work).toThrow(message);
  });

  it('a share that is whole steps but for rounding is that many', () => {
    expect(at(trapezoid({ peak: 1, warmup: 29, holdUntil: 0.29, end: 100 }), [28, 29])).toEqual([1, 1]); // .29 * 100 < 29
    expect(oneCycle({ peak: 1, steps: 100, rise: 0.29 })(0)).toBe(1 / 29);
    expect(at(oneCycle({ peak: 1, steps: 7 }), [0, 1, 2, 3])).toBeAllClose([0.5, 1, 1, 4 / 4.2], { absolute: 1e-12 });
  });

  it('oneCycle names its own options', () => {
    for (const steps of [0, Number.NaN, 1.5])
      expect(() => oneCycle({ peak: 1, steps })).toThrow(/^steps must be an integer >= 1/);
  });

  it('oneCycle goes up for two fifths and down for three', () => {
    const rate = oneCycle({ peak: 0.2, steps: 100 });
    expect(at(rate, [0, 19, 39, 40, 70, 99, 100])).toBeAllClose([0.005, 0.1, 0.2, 0.2, 0.1, 0.2 / 60, 0], {
      absolute: 1e-12,
    });
    expect(at(oneCycle({ peak: 1, steps: 5, rise: 0 }), [0, 1, 4])).toBeAllClose([1, 0.8, 0.2], { absolute: 1e-12 });
    expect(at(oneCycle({ peak: 1, steps: 5, rise: 1 }), [0, 4])).toBeAllClose([0.2, 1], { absolute: 1e-12 });
    expect(() => oneCycle({ peak: 1, steps: 5, rise: 2 })).toThrow(/rise must be between 0 and 1, got 2/);
  });

  it('piecewise is constant between its steps', () => {
    const rate = piecewise([
      [0, 0.1],
      [10, 0.01],
      [15, 0.001],
    ]);
    expect(at(rate, [0, 9, 10, 14, 15, 1000])).toEqual([0.1, 0.1, 0.01, 0.01, 0.001, 0.001]);
    const wrong = /pieces must begin at step 0 and at increasing integers, got \[/;
    expect(() => piecewise([])).toThrow(wrong);
    expect(() => piecewise([[1, 0.1]])).toThrow(wrong);
    expect(() =>
      piecewise([
        [0, 0.1],
        [5, 1],
        [5, 2],
      ]),
    ).toThrow(wrong);
  });
});
