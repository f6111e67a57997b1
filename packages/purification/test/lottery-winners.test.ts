import { ready } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { lotteryWinners } from '../src/index.ts';
import { gaussian, matrix, rowsOf } from './matrices.ts';

beforeAll(ready);

describe('lotteryWinners', () => {
  test('are those that start furthest ahead in the direction of the vote, and win by carrying it', () => {
    const start = matrix([3, -3, 1], [1, 2, -9], [2, 1, 0]);
    const end = matrix([1, 0.1, 0], [0, 1, 0], [1, -1, -1]);
    // Feature 0: neuron 0, carries it. Feature 1 (votes -1): neuron 0, carries a tenth. Feature 2 (votes -1): neuron 1, has none.
    expect(lotteryWinners(start, end, [1, -1, -2])).toEqual({
      winner: Int32Array.of(0, 0, 1),
      carries: [true, false, false],
      share: 1 / 3,
      base: 4 / 9, // of the carried ones, that of neuron 1 votes the other way
    });
  });

  const entries = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 3, maxLength: 3 });
  const pairs = fc.array(fc.tuple(entries, entries), { minLength: 1, maxLength: 8 });

  test('agree with the definition', () => {
    const votes = fc.array(fc.constantFrom(-2, -1, 1, 3), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(pairs, votes, fc.constantFrom(0.1, 0.4, 1), (rows, wStar, share) => {
        const [start, end] = [rows.map(([row]) => row), rows.map(([, row]) => row)];
        const carries = (i: number, j: number) =>
          end[i][j] * wStar[j] > 0 && Math.abs(end[i][j]) >= share * Math.max(...end[i].map(Math.abs));
        const winner = wStar.map((vote, j) => {
          const ahead = start.map((row) => row[j] * Math.sign(vote));
          return ahead.indexOf(Math.max(...ahead));
        });
        const found = lotteryWinners(matrix(...start), matrix(...end), wStar, { share });
        expect([...found.winner]).toEqual(winner);
        expect(found.carries).toEqual(winner.map(carries));
        expect(found.share).toBe(found.carries.filter(Boolean).length / 3);
        const all = end.flatMap((row, i) => row.map((_, j) => carries(i, j)));
        expect(found.base).toBe(all.filter(Boolean).length / all.length);
      }),
    );
  });

  test('carry no more than anyone where training forgets the start, and all where it only amplifies it', () => {
    const [neurons, features] = [400, 300];
    const votes = Array.from({ length: features }, () => 1);
    const start = gaussian('start', neurons, features);
    const { share, base } = lotteryWinners(start, gaussian('end', neurons, features), votes);
    expect(Math.abs(share - base)).toBeLessThan(4 * Math.sqrt((base * (1 - base)) / features));
    const cubed = matrix(...rowsOf(start).map((row) => row.map((value) => value ** 3)));
    const kept = lotteryWinners(start, cubed, votes);
    expect(kept.base).toBeLessThan(0.03);
    expect(kept.share).toBeGreaterThan(0.85);
  });

  test('refuse a vote of zero and other shapes', () => {
    expect(() => lotteryWinners(matrix([1, 2]), matrix([1, 2]), [1, 0])).toThrow(
      'must have no zero, got one at entry 1',
    );
    expect(() => lotteryWinners(matrix([1]), matrix([1, 1]), [1])).toThrow('alpha0 and alpha1 must have one shape');
  });
});
