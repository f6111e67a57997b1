// Tables as CSV, as text, and over seeds.

import { describe, expect, it } from 'vitest';
import { cellText, type Table, tableCsv, tableOverSeeds } from '../src/table.ts';

const table = (robust: number, rate: number, note = 'A note.'): Table => ({
  name: 'models',
  title: 'Models',
  note,
  columns: ['model', 'rank', 'rate', 'robust accuracy'],
  rows: [
    ['linear, "plain"', 4, `rate ${rate}`, { value: robust, low: robust - 0.1, high: robust + 0.05 }],
    ['none', 8, 'rate 1', robust],
  ],
});

describe('a table', () => {
  it('is CSV in which a number with its interval takes three columns', () => {
    expect(tableCsv(table(0.5, 2))).toBe(
      [
        'model,rank,rate,robust accuracy,"robust accuracy, low","robust accuracy, high"',
        '"linear, ""plain""",4,rate 2,0.5,0.4,0.55',
        'none,8,rate 1,0.5,,',
        '',
      ].join('\n'),
    );
  });

  it('shows numbers with the digits that matter', () => {
    expect([cellText('x'), cellText(0.12345), cellText({ value: 0.5, low: 0.4321, high: 1 })]).toEqual([
      'x',
      '0.123',
      '0.5 [0.432, 1]',
    ]);
    expect([20240101, 16384.5, 0.9996, 0.9994].map(cellText)).toEqual(['20240101', '16380', '0.9996', '0.999']);
  });

  it('over seeds has means with Student intervals, cut to what a share can be', () => {
    const other = { ...table(0.8, 2), columns: ['model', 'rank', 'rate', 'share'] };
    expect(() => tableOverSeeds([table(0.9, 1), other])).toThrow(
      'must have the same columns for every seed, got model',
    );
    expect(tableOverSeeds([table(0.5, 1), table(Number.NaN, 1)]).rows[1]).toEqual(['none', 8, 'rate 1', '0.5 / NaN']);
    const { rows, note, columns } = tableOverSeeds([table(0.9, 1), table(0.8, 2)]);
    expect(columns).toEqual(table(0, 1).columns);
    expect(note).toBe('A note. Numbers are means over 2 seeds with 95% intervals (Student).');
    // standard deviation / sqrt(2) = 0.05, t(1, 0.975) = 12.7062
    expect(rows[0].slice(0, 3)).toEqual(['linear, "plain"', 4, 'rate 1 / rate 2']);
    expect(rows[0][3]).toEqual({ value: expect.closeTo(0.85, 10), low: expect.closeTo(0.85 - 0.63531, 5), high: 1 });
    expect(rows[1][3]).toEqual({
      value: expect.closeTo(0.85, 10),
      low: expect.closeTo(0.85 - 0.63531, 5),
      high: expect.closeTo(0.85 + 0.63531, 5),
    });
  });
});
