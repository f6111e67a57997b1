// What a sweep is: its file, its runs with their names and identities, and what may be added to it.
import { memoryStore, startRun } from '@advml/runs';
import { parseSweep, planSweep } from '@advml/runs/disk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRunRecord } from '../src/store/run-record.ts';
import { identityIn } from '../src/sweep/identity.ts';
import { extended, recordOf } from '../src/sweep/record.ts';
import { runName } from '../src/sweep/run-name.ts';
import { draws } from './sweep-experiment.ts';

const found = { experiment: draws, url: 'file:///draws.mjs' };
const planOf = (more: object, version = '1.0.0') =>
  planSweep(parseSweep({ experiment: 'draws', ...more }), [found], version);

describe('the file of a sweep', () => {
  it.each([
    [{ experiment: 'a', sedes: 3 }, /unknown key 'sedes'; the nearest known key is 'seeds'/],
    [{ grid: {} }, /experiment: expected the name of an experiment/],
    [{ experiment: 'a', seeds: 0 }, /seeds: Too small: expected number to be >=1, got 0/],
    [{ experiment: 'a', seeds: [1, 1] }, /must be different from each other, got \[1, 1\]/],
    [{ experiment: 'a', grid: { tau: 0.1 } }, /grid\.tau: expected a list of values.*got 0\.1/],
    [{ experiment: 'a', grid: { tau: [] } }, /grid\.tau: Too small: expected array to have >=1 items/],
    [
      { experiment: 'a', seeds: 'three' },
      /seeds: expected a number of seeds from 1 to 1000, or a list of seeds, got "three"/,
    ],
    [{ experiment: 'a', grid: { size: {} } }, /grid\.size: expected at least one named change/],
    [{ experiment: 'a', claims: 'C2' }, /claims: expected 'all' or a list of claims, got "C2"/],
    [[], /a sweep is a record, such as \{"experiment"/],
    [null, /a sweep is a record/],
  ])('refuses %j', (value, message) => {
    expect(() => parseSweep(value)).toThrow(message);
  });
});

describe('the runs of a sweep', () => {
  it('are all combinations, the last side changing fastest, each with every seed', () => {
    const { runs } = planOf({ grid: { number: [10, 20], bar: [0.2, 0.4] }, seeds: [3, 5] });
    expect(runs.map(({ values, seed }) => [values.number, values.bar, seed])).toEqual([
      [10, 0.2, 3],
      [10, 0.2, 5],
      [10, 0.4, 3],
      [10, 0.4, 5],
      [20, 0.2, 3],
      [20, 0.2, 5],
      [20, 0.4, 3],
      [20, 0.4, 5],
    ]);
    expect(runs[0].name).toBe(`number=10,bar=0.2,seed=3-${runs[0].id.slice(0, 8)}`);
  });

  it('take named changes of several settings at a time', () => {
    const grid = { size: { few: { number: 10, 'sign.of': 'minus' }, many: { number: 1000 } } };
    const { runs } = planOf({ grid });
    const plain = planOf({ set: { number: 10, 'sign.of': 'minus' } });
    expect(runs.map(({ values }) => values.size)).toEqual(['few', 'many']);
    expect(runs[0].id).toBe(plain.runs[0].id); // the setting decides, not how it was said
  });

  it('have an identity that the folder of the run tells as well, and that all that decides the run changes', async () => {
    const { runs } = planOf({ grid: { number: [10] } });
    const store = memoryStore();
    await startRun(store, draws, { overrides: [{ number: 10 }] }, { environment: { advml: '1.0.0', node: 'x' } });
    expect(identityIn((await readRunRecord(store)) as never)).toBe(runs[0].id);
    const others = [
      planOf({ grid: { number: [11] } }),
      planOf({ grid: { number: [10] }, seeds: [1] }),
      planOf({ grid: { number: [10] }, claims: ['half'] }),
      planOf({ grid: { number: [10] } }, '1.0.1'),
      planSweep(
        parseSweep({ experiment: 'draws', grid: { number: [10] } }),
        [{ ...found, module: { path: 'a', digest: 'b' } }],
        '1.0.0',
      ),
    ];
    expect(new Set([runs, ...others.map((plan) => plan.runs)].map(([{ id }]) => id)).size).toBe(6);
  });

  it.each([
    [
      { grid: { numbre: [1] } },
      /draws, numbre=1: the setting cannot be used:\n {2}unknown key 'numbre'; the nearest known key is 'number'/,
    ],
    [{ grid: { bar: [0.1, 2] } }, /draws, bar=2: the setting cannot be used:\n {2}bar: .*got 2/],
    [{ grid: { bar: [0.1, 0.1] } }, /two runs of the sweep are the same, bar=0\.1,seed=0-\w+ and bar=0\.1,seed=0/],
    [{ preset: 'smal' }, /unknown preset 'smal' of draws; known: default, small/],
    [
      { grid: { number: Array.from({ length: 101 }, (_, i) => i + 1) }, seeds: 1000 },
      /100000 runs at most, got 101000/,
    ],
    [
      { grid: Object.fromEntries(Array.from({ length: 30 }, (_, side) => [`a${side}`, [1, 2, 3]])) },
      /100000 runs at most, got 205891132094649/,
    ],
    [{ grid: { value: [1] } }, /the side 'value' of the grid would be a second column/],
    [{ search: { method: 'random', runs: 2, over: { seed: [1, 2] } } }, /the side 'seed' of the grid/],
  ])('are refused where a setting is: %j', (more, message) => {
    expect(() => planOf(more)).toThrow(message);
  });
});

it('two experiments of one name are refused', () => {
  const twice = parseSweep({ experiment: ['./a.mjs', './b.mjs'] });
  expect(() => planSweep(twice, [found, { ...found, url: 'file:///b.mjs' }], '1.0.0')).toThrow(
    /two experiments are called 'draws' and 'draws'/,
  );
});

describe('the name of a run', () => {
  it('tells keys by their last part where that is enough', () => {
    expect(runName({ 'a.rate': 1, 'b.rate': 2, 'c.d': 'x' }, 0, 'abcdef0123', ['paper'])).toBe(
      'paper,a.rate=1,b.rate=2,d=x,seed=0-abcdef01',
    );
  });

  it('is a plain name of bounded length for every value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }), (values) => {
        expect(runName(values, 7, 'abcdef0123')).toMatch(/^[\w.+,=-]{0,101}seed=7-abcdef01$/);
      }),
    );
  });
});

describe('another file into the folder of a sweep', () => {
  const before = recordOf(planOf({ grid: { number: [10, 20] }, seeds: 1 }));

  it('adds values and seeds to what is there', () => {
    const now = planOf({ grid: { number: [20, 30] }, seeds: 2 });
    const both = extended('here', before, recordOf(now));
    expect(both.grid).toEqual({ number: [10, 20, 30] });
    expect(both.runs.map(({ values, seed }) => [values.number, seed])).toEqual([
      [10, 0],
      [20, 0],
      [20, 1],
      [30, 0],
      [30, 1],
    ]);
    expect(extended('here', both, before).runs).toEqual(both.runs);
  });

  it.each([
    [
      planOf({ grid: { number: [10] } }, '2.0.0'),
      /here holds a sweep with other version \(there "1\.0\.0", here "2\.0\.0"\)/,
    ],
    [
      planOf({ grid: { number: [30] }, preset: 'small' }),
      /other preset \(there none, here "small"\).*choose another folder/,
    ],
    [planOf({ grid: { number: [30] }, set: { bar: 0.1 } }), /other set/],
    [planOf({ grid: { number: [30] }, claims: 'all' }), /other claims/],
    [planOf({ grid: { bar: [0.1] } }), /other sides of its grid \(there \["number"\], here \["bar"\]\)/],
    [
      planOf({ grid: { number: { more: { number: 30 } } } }),
      /other kind of values along 'number' \(there \[10,20\], here \{"more"/,
    ],
    [
      planSweep(
        parseSweep({ experiment: 'draws', grid: { number: [30] } }),
        [{ ...found, module: { path: 'a', digest: 'b' } }],
        '1.0.0',
      ),
      /other code of the experiment 'draws'/,
    ],
  ])('is refused where it is another sweep: %#', (plan, message) => {
    expect(() => extended('here', before, recordOf(plan))).toThrow(message);
  });

  it('is refused where a name of changes means something else, or the same as another', () => {
    const named = (number: number, name = 'a') => recordOf(planOf({ grid: { size: { [name]: { number } } } }));
    expect(() => extended('here', named(1), named(2))).toThrow(/other settings of size=a,seed=0/);
    expect(() => extended('here', named(1), named(1, 'b'))).toThrow(/are the same, size=a,seed=0.* and size=b,seed=0/);
  });
});
