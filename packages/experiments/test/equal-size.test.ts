// Dictionaries that are compared have as many atoms, in the space of what is rebuilt; planted ones are found for what they are.
import { key } from '@advml/core';
import { type Matrix, matchingPursuit, principalComponents, randomDictionary } from '@advml/purification';
import { describe, expect, it } from 'vitest';
import { ofEqualSize } from '../src/images/sparse/equal-size.ts';

const matrix = (rows: readonly (readonly number[])[]): Matrix => ({
  shape: [rows.length, rows[0].length],
  data: rows.flat(),
});
const rowsOf = ({ shape: [rows, columns], data }: Matrix) =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, at) => data[row * columns + at]));

describe('dictionaries of equal size', () => {
  it('have no means, and as many atoms as the one with the fewest that point anywhere', () => {
    const found = ofEqualSize({
      dead: matrix([
        [0, 0, 0],
        [1, 0, 0],
        [5, 5, 5],
        [0, 2, 0],
      ]),
      wide: matrix([
        [3, 0, 0],
        [0, 3, 0],
        [0, 0, 3],
        [3, 3, 0],
        [1, 2, 3],
      ]),
    });
    expect(rowsOf(found.dead)).toEqual(
      [
        [2 / 3, -1 / 3, -1 / 3],
        [-2 / 3, 4 / 3, -2 / 3],
      ].map((row) => row.map((value) => expect.closeTo(value, 12))),
    );
    expect(rowsOf(found.wide)).toEqual([
      [2, -1, -1],
      [-1, 2, -1],
    ]);
  });

  it('keep one atom where a network is dead', () => {
    const found = ofEqualSize({
      dead: matrix([
        [1, 1],
        [0, 0],
      ]),
      other: matrix([
        [1, 0],
        [0, 1],
      ]),
    });
    expect([found.dead.shape, found.other.shape]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('are one smaller than the patches have entries where filters are many: the mean is gone', async () => {
    const patches = randomDictionary(key('patches', 0), 40, 9);
    const centered = rowsOf(patches).map((row) =>
      row.map((value) => value - row.reduce((sum, one) => sum + one, 0) / 9),
    );
    const { components } = await principalComponents(matrix(centered));
    const found = ofEqualSize({ filters: randomDictionary(key('filters', 0), 32, 9), components });
    expect([found.filters.shape, found.components.shape]).toEqual([
      [8, 9],
      [8, 9],
    ]);
    for (const dictionary of Object.values(found)) {
      const { errors } = await matchingPursuit(matrix(centered), dictionary, { atoms: 8 });
      for (const left of rowsOf(errors)) expect(left[8]).toBeLessThan(1e-9); // both span the whole of the space
    }
  });

  it('find what planted atoms are made of, whatever their means', async () => {
    const planted = rowsOf(randomDictionary(key('planted', 0), 6, 16)).map((row) => row.map((value) => value + 10));
    const other = randomDictionary(key('other', 0), 12, 16);
    const { true: own, other: strange } = ofEqualSize({ true: matrix(planted), other });
    expect(own.shape).toEqual(strange.shape);
    const atoms = rowsOf(own);
    const signals = matrix(atoms.map((atom, at) => atom.map((value, j) => value - 2 * atoms[(at + 1) % 6][j])));
    const [{ errors }, strangely] = [
      await matchingPursuit(signals, own, { atoms: 6 }),
      await matchingPursuit(signals, strange, { atoms: 6 }),
    ];
    for (const left of rowsOf(errors)) expect(left[6]).toBeLessThan(1e-12);
    for (const left of rowsOf(strangely.errors)) expect(left[6]).toBeGreaterThan(0.05);
  });
});
