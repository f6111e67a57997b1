// The numbers of a sweep, read from its folders: rows, means with Student's intervals, and the table.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  groupsOf,
  keysBesideSeed,
  parseSweep,
  planSweep,
  runSweep,
  type SweepEngine,
  type SweepResults,
  sweepColumns,
  sweepCsv,
  sweepResults,
} from '@advml/runs/disk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskStore } from '../src/store/disk-store.ts';
import { performRun } from '../src/sweep/perform.ts';
import { readSweepRecord, type SweepRecord } from '../src/sweep/record.ts';
import { draws } from './sweep-experiment.ts';

const environment = { advml: '1.0.0', backend: 'none' };
const engine: SweepEngine = {
  lanes: 2,
  perform: async (job, context) => {
    const record = (await readSweepRecord(diskStore(job.folder))) as SweepRecord;
    await performRun(job, record, { experiment: draws, environment }, context);
  },
};

let folder: string;
let results: SweepResults;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'advml-results-'));
  const grid = { bar: [0.1, 0.5], how: { few: { number: 10 }, tooMany: { number: 9001 } } };
  const request = parseSweep({ experiment: 'draws', grid, seeds: 2, preset: 'small' });
  await runSweep(folder, planSweep(request, [{ experiment: draws, url: 'file:///draws.mjs' }], '1.0.0'), { engine });
  results = await sweepResults(folder, ['below.share']);
});
afterAll(() => rmSync(folder, { recursive: true }));

const share = (name: string): number =>
  JSON.parse(readFileSync(join(folder, name, 'measures', 'below.json'), 'utf8')).value.share;

describe('the results of a sweep', () => {
  it('have a row for each claim and each number that is asked for, of the finished runs alone', () => {
    expect(results).toMatchObject({ runs: 8, finished: 4, sides: ['bar', 'how'], caveats: ['Too few.'] });
    expect(results.rows).toHaveLength(8);
    for (const { run, quantity, value, low, high, holds, seed, values, version, backend } of results.rows) {
      expect(value).toBe(share(run));
      expect(run).toMatch(`bar=${values.bar},how=few,seed=${seed}-`);
      expect([version, backend]).toEqual(['1.0.0', 'none']);
      const claim = [value - 0.1, value + 0.1, value > 0.25 && value < 0.75];
      expect([low, high, holds]).toEqual(quantity === 'half' ? claim : [null, null, null]);
    }
  });

  it('of several experiments are kept apart', () => {
    expect(keysBesideSeed(results)).toEqual(['bar', 'how']);
    const others = results.rows.map((row) => ({ ...row, experiment: 'others', value: row.value + 1 }));
    const both = { ...results, rows: [...results.rows, ...others] };
    expect(keysBesideSeed(both)).toEqual(['experiment', 'bar', 'how']);
    const counts = groupsOf(both, keysBesideSeed(both)).map(({ values, count }) => [values.experiment, count]);
    expect(new Set(counts.map(String))).toEqual(new Set(['draws,2', 'others,2']));
  });

  it('are means with the interval of Student, cut to [0, 1] for shares', () => {
    for (const { values, quantity, value, low, high, count, held } of groupsOf(results, ['bar'])) {
      const own = results.rows.filter((row) => row.values.bar === values.bar && row.quantity === quantity);
      const [a, b] = own.map((row) => row.value);
      const reach = (12.7062047 * Math.abs(a - b)) / 2; // the quantile of one degree of freedom, times s / sqrt 2
      const isCut = own.every((row) => row.low !== null && row.low >= 0 && (row.high as number) <= 1);
      expect(count).toBe(2);
      expect(value).toBeCloseTo((a + b) / 2, 12);
      expect(low).toBeCloseTo(isCut ? Math.max(0, (a + b) / 2 - reach) : (a + b) / 2 - reach, 6);
      expect(high).toBeCloseTo(isCut ? Math.min(1, (a + b) / 2 + reach) : (a + b) / 2 + reach, 6);
      expect(held).toBe(quantity === 'half' ? own.filter(({ holds }) => holds).length : null);
    }
  });

  it('have no interval for a single run, and refuse keys that there are not', () => {
    for (const { count, low, high } of groupsOf(results, ['bar', 'seed']))
      expect([count, low, high]).toEqual([1, null, null]);
    expect(() => groupsOf(results, ['bra'])).toThrow(
      /has no 'bra'; the nearest is 'bar', and all are bar, how, experiment, seed/,
    );
  });

  it('are a table whose cells are quoted where they must be', () => {
    const lines = sweepCsv(sweepColumns(results)).trimEnd().split('\n');
    expect(lines[0]).toBe('run,experiment,bar,how,seed,version,backend,quantity,value,low,high,holds');
    expect(lines).toHaveLength(9);
    const [{ run, value, low, high, holds }] = results.rows;
    expect(lines[1]).toBe(`"${run}",draws,0.1,few,0,1.0.0,none,half,${value},${low},${high},${holds}`);
    expect(lines[2]).toBe(`"${run}",draws,0.1,few,0,1.0.0,none,below.share,${value},,,`);
    expect(() => sweepColumns({ ...results, sides: ['seed'] })).toThrow(
      /the side 'seed' of the grid would be a second column/,
    );
  });

  it('are found in stages whose names have dots', async () => {
    for (const run of new Set(results.rows.map((row) => row.run)))
      copyFileSync(join(folder, run, 'measures/below.json'), join(folder, run, 'measures/below-0.5.again.json'));
    const { rows } = await sweepResults(folder, ['below-0.5.again.share']);
    const found = rows.filter(({ quantity }) => quantity === 'below-0.5.again.share');
    expect(found.map(({ run, value }) => [run, value])).toEqual(found.map(({ run }) => [run, share(run)]));
    expect(found).toHaveLength(4);
  });

  it('say what cannot be read', async () => {
    await expect(sweepResults(join(folder, 'nowhere'))).rejects.toThrow(
      /nowhere holds no sweep; start one with 'advml sweep/,
    );
    await expect(sweepResults(folder, ['below.shrae'])).rejects.toThrow(
      /has no number 'below\.shrae'.*measures\/below\.json/,
    );
    const file = join(folder, results.rows[0].run, 'claims.json');
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, 40));
    await expect(sweepResults(folder)).rejects.toThrow(
      /claims\.json cannot be used \(.*write it anew by 'advml report/,
    );
    writeFileSync(file, whole);
  });
});
