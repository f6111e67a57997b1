// The user's own experiment: what it may be, what it leaves, and what is refused by name.
import { InputError } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { memory, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  count,
  defineExperiment,
  ExperimentError,
  type Finding,
  memoryStore,
  type Overrides,
  type RunRecord,
  type RunStore,
  readRunRecord,
  reportRun,
  resumeRun,
  runSubject,
  type StageInput,
  startRun,
  z,
} from '../src/index.ts';
import { identityIn } from '../src/sweep/identity.ts';

beforeAll(async () => {
  await useWasm();
});

const settings = { n: count(1).default(3).describe('A number') };
const claim = { id: 'c', statement: 'It is so.', quantity: 'it', bar: '> 1' };

/** An experiment whose one stage returns a value. */
const returning = (value: unknown, more: object = {}) =>
  defineExperiment({ name: 'own', settings, stages: { a: { measure: () => value } }, ...more } as never);

describe('stages', () => {
  it('read what those before them have kept, with the same settings and key', async () => {
    const experiment = defineExperiment({
      name: 'chain',
      settings,
      stages: {
        weights: { weights: ({ settings: { n } }) => ({ w: tensor1d([n, n + 1]) }) },
        first: { measure: ({ key }) => Array.from(key.child('x').uniform(2)) },
        last: {
          measure: async ({ kept, key }) => ({
            w: Array.from((await kept.weights('weights')).w.dataSync()),
            same: (await kept.measure<number[]>('first'))[1] === key.child('x').uniform(2)[1],
          }),
        },
      },
      claims: [{ ...claim, find: ({ last }) => ({ value: last.w[1], holds: last.same }) }],
    });
    const [found] = await startRun(memoryStore(), experiment, { overrides: [{ n: 5 }], seeds: [0, 1] });
    expect(found).toMatchObject({ value: 6, holds: true, interval: [6, 6] });
  });

  it('may give kept weights on, whole or in part', async () => {
    const experiment = defineExperiment({
      name: 'onward',
      settings,
      stages: {
        first: { weights: () => ({ w: tensor1d([1, 2]), b: tensor1d([3]) }) },
        same: { weights: ({ kept }) => kept.weights('first') },
        more: { weights: async ({ kept }) => ({ ...(await kept.weights('first')), c: tensor1d([4]) }) },
        sums: {
          measure: async ({ kept }) => ({
            same: Array.from((await kept.weights('same')).w.dataSync()),
            more: Object.values(await kept.weights('more')).flatMap((tensor) => Array.from(tensor.dataSync())),
          }),
        },
      },
      claims: [{ ...claim, find: ({ sums }) => ({ value: sums.same[1] + sums.more[3], holds: true }) }],
    });
    const before = memory().numTensors;
    const [found] = await startRun(memoryStore(), experiment, {});
    expect(found.value).toBe(2 + 2); // by name: b, c, w
    expect(memory().numTensors).toBe(before);
  });

  it('read what these need in turn, and no other stage, which may not be there yet', async () => {
    const reading = (read: string, kind: 'measure' | 'weights' = 'measure') =>
      startRun(
        memoryStore(),
        defineExperiment({
          name: 'reading',
          settings,
          stages: {
            a: { measure: () => 1 },
            b: { measure: () => 2 },
            c: { needs: ['a'], measure: ({ kept }) => kept.measure('a') },
            d: { needs: ['c'], measure: ({ kept }) => (kept[kind] as (stage: string) => Promise<number>)(read) },
          },
        }),
        {},
      );
    await reading('a');
    for (const [read, kind] of [['b'], ['d'], ['e'], ['b', 'weights']] as const)
      await expect(reading(read, kind)).rejects.toThrow(
        `the stage 'd': it may read the stages that it needs, c, a, and not '${read}'; name that in needs`,
      );
  });

  it.each([
    [NaN, 'got NaN'],
    [-Infinity, 'got -Infinity'],
    [undefined, 'got undefined'],
    [{ x: [1, { y: NaN }] }, 'got NaN at x[1].y'],
    [{ list: [1, undefined] }, 'got undefined at list[1]'],
    [{ x: new Array(3) }, 'got a list with gaps or names at x'],
    [Object.assign([1], { mean: 2 }), 'got a list with gaps or names'],
    [new Float32Array(3), 'got '],
    [new Map(), 'got '],
    [{ x: Promise.resolve(1) }, 'got a promise, which was not awaited at x'],
    [(function* () {})(), 'got a generator; leave out the * of its function'],
    [(async function* () {})(), 'got a generator; leave out the * of its function'],
    [{ f() {} }, 'at f'],
    [10n, 'got '],
    [new Date(0), 'got '],
  ])('must return plain JSON: %s', async (value, message) => {
    const failed = startRun(memoryStore(), returning(value));
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(/^the stage 'a' must return plain JSON/);
    await expect(failed).rejects.toThrow(message);
  });

  it.each([
    [{ train: () => {} }, /^the stage 'a': a training takes one record of options \{ network, objective/],
    [{ train: () => ({}) }, /^the stage 'a': a training takes a network, functions \{ init, apply \}/],
    [{ train: () => ({ stepz: 3 }) }, /^the stage 'a': a training has no option 'stepz'; did you mean 'steps'/],
    [{ weights: () => {} }, /^the stage 'a': weights must return parameters, .* got undefined/],
    [{ weights: () => 5 }, /^the stage 'a': weights must return parameters, .* got number 5/],
    [{ weights: () => ({ w: [1, 2] }) }, /^the stage 'a': 'w' must be a tensor, got an array of 2/],
    [{ weights: () => ({}), network: () => 5 }, /^the stage 'a': its file takes a network, .* got number 5/],
  ])('must return what they are for: %#', async (stage, message) => {
    const failed = startRun(memoryStore(), returning(1, { stages: { a: stage } }));
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(message);
  });

  it('read weights as weights and measurements as such', async () => {
    const a = { measure: () => 1 };
    const b = { needs: ['a'], measure: ({ kept }: StageInput<unknown>) => kept.weights('a') };
    await expect(startRun(memoryStore(), returning(1, { stages: { a, b } }))).rejects.toThrow(
      /^the stage 'b': the stage 'a' keeps no weights; read it by kept\.measure\('a'\)$/,
    );
  });

  it('must not return what is nested deeper than recursion follows', async () => {
    const nested = (depth: number) => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1);
    await startRun(memoryStore(), returning(nested(1000)));
    await expect(startRun(memoryStore(), returning(nested(20_000)))).rejects.toThrow(
      "the stage 'a' may nest what it returns 1000 deep at most",
    );
  });

  it('must not return a circle', async () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    await expect(startRun(memoryStore(), returning(circle))).rejects.toThrow('got a circle at self');
  });

  it('cannot change the settings that others see', async () => {
    const changes = defineExperiment({
      name: 'changes',
      settings: { net: z.strictObject({ n: count(1).default(3) }).prefault({}) },
      stages: {
        a: {
          measure: ({ settings: { net } }) => {
            (net as { n: number }).n = 50;
            return net.n;
          },
        },
      },
    });
    await expect(startRun(memoryStore(), changes)).rejects.toThrow(/the stage 'a' failed: TypeError: Cannot assign/);
  });

  it.each([
    [new Error('no luck'), /^the stage 'a' failed: Error: no luck$/],
    ['a text', /^the stage 'a' failed: a text$/],
    [null, /^the stage 'a' failed: null$/],
  ])('that throw are named: %s', async (thrown, message) => {
    const throwing = defineExperiment({
      name: 'throws',
      settings,
      stages: {
        a: {
          measure: () => {
            throw thrown;
          },
        },
      },
    });
    const failed = startRun(memoryStore(), throwing);
    await expect(failed).rejects.toThrow(ExperimentError);
    await expect(failed).rejects.toThrow(message);
  });
});

describe('a claim', () => {
  const judged = (find: unknown) => startRun(memoryStore(), returning(1, { claims: [{ ...claim, find }] }));

  it.each<[unknown, RegExp]>([
    [() => undefined, /^the claim 'c': find must return a record { value, holds }/],
    [async () => ({ value: 1, holds: true }), /^the claim 'c': find must return a record { value, holds }, at once/],
    [() => ({ value: 1 }), /^the claim 'c': holds must be true or false, got undefined/],
    [() => ({ value: '1', holds: true }), /^the claim 'c': value must be a finite number, got 1/],
    [() => ({ value: NaN, holds: true }), /value must be a finite number, got NaN/],
    [
      () => ({ value: 1, holds: true, interval: [NaN, 1] }),
      /interval must be two finite numbers, or null, got \[NaN,1\]/,
    ],
    [() => ({ value: 0.5, holds: true, interval: [0, 0.2] }), /interval must hold the value 0\.5, got \[0,0\.2\]/],
    [() => ({ value: 1, holds: true, bar: 0.5 }), /^the claim 'c': bar must be a text, got number 0\.5/],
    [() => ({ value: 1, holds: true, attack: {} }), /attack must be a text, got a record/],
    [() => ({ value: 1, holds: true, detail: 'x' }), /detail must be a record, got string x/],
    [({ b }: { b: Finding }) => b.value, /^the claim 'c' failed: TypeError/],
  ])('that finds nothing is refused: %s', async (find, message) => {
    await expect(judged(find)).rejects.toThrow(message);
  });
});

it('a subject that fails is named', async () => {
  const store = memoryStore();
  const subject = () => {
    throw new TypeError('none');
  };
  const experiment = returning(1, { subject });
  await startRun(store, experiment);
  await expect(runSubject(store, experiment, 'clean')).rejects.toThrow(/^subject failed: TypeError: none/);
});

describe('circumstances', () => {
  it.each<[unknown, RegExp]>([
    [() => undefined, /^circumstances: it must return a record { threat, examples, detail }, at once, got undefined/],
    [async () => ({ threat: '', examples: '' }), /^circumstances: it must return a record .*, got a promise/],
    [() => ({ threat: 'tau' }), /^circumstances: examples must be a text, got undefined/],
    [() => ({ threat: '', examples: '', detail: [] }), /^circumstances: detail must be a record, got an array of 0/],
    [({ b }: { b: Finding }) => b.value, /^circumstances failed: TypeError/],
  ])('that say nothing are refused: %s', async (circumstances, message) => {
    const claims = [{ ...claim, find: () => ({ value: 1, holds: true }) }];
    await expect(startRun(memoryStore(), returning(1, { claims, circumstances }))).rejects.toThrow(message);
  });
});

describe('what is shown', () => {
  const table = { name: 't', title: 'T', note: 'n', columns: ['a'], rows: [[1]] };
  const figure = { name: 'f', draw: () => '<svg xmlns="http://www.w3.org/2000/svg"></svg>' };

  it.each<[object, RegExp]>([
    [{ tables: () => table }, /^tables: it must return a list of tables, at once, got a record { name,/],
    [{ tables: async () => [table] }, /^tables: it must return a list of tables, at once, got a promise/],
    [
      { tables: async () => Promise.reject(new Error('late')) },
      /^tables: it must return a list of tables, at once, got a promise/,
    ],
    [{ tables: () => [undefined] }, /^tables: it must return a list of tables, at once, got undefined in the list/],
    [{ figures: () => figure }, /^figures: it must return a list of figures { name, draw }, got a record/],
    [{ figures: () => [null] }, /^figures: it must return a list of figures { name, draw }, got null in the list/],
    [{ tables: () => [{ ...table, name: '../../t' }] }, /the name of a table must be letters, digits and hyphens/],
    [{ tables: () => [table, { ...table, name: 'T' }] }, /two tables are called 't' and 'T'/],
    [{ tables: () => [{ ...table, note: undefined }] }, /the table 't' needs a note, a text, got undefined/],
    [{ tables: () => [{ ...table, rows: [null] }] }, /the table 't' must have columns, and rows with a cell for each/],
    [{ tables: () => [{ ...table, rows: [[1, 2]] }] }, /the table 't' must have columns, and rows/],
    [
      { tables: () => [{ ...table, columns: [0.1] }] },
      /heading of each column of the table 't' must be a text, got number/,
    ],
    [
      { tables: () => [{ ...table, rows: [[null]] }] },
      /a cell of the table 't' must be a text, a number or .*, got null in the column 'a'/,
    ],
    [{ tables: () => [{ ...table, rows: [[{ value: 1 }]] }] }, /got a record { value } in the column 'a'/],
    [
      { figures: () => [{ ...figure, draw: (options?: object) => (options ? undefined : figure.draw()) }] },
      /the figure 'f' must draw a text that begins with <svg, got undefined/,
    ],
    [{ figures: () => [{ ...figure, name: '../../f' }] }, /the name of a figure must be/],
    [{ figures: () => [figure, figure] }, /two figures are called 'f' and 'f'/],
    [
      { figures: () => [{ ...figure, draw: () => undefined }] },
      /the figure 'f' must draw a text that begins with <svg, got undefined/,
    ],
    [
      { figures: () => [{ ...figure, draw: () => (undefined as never as string).length }] },
      /^the figure 'f' failed: TypeError/,
    ],
  ])('is checked: %#', async (more, message) => {
    await expect(startRun(memoryStore(), returning(1, more))).rejects.toThrow(message);
  });

  it('may be called as parts of the report are', async () => {
    const store = memoryStore();
    const names = ['seeds', 'claims', 'attacks', 'setting', 'tables', 'pictures', 't-table'];
    const more = {
      claims: [{ ...claim, find: () => ({ value: 0.5, holds: true, attack: 'PGD', interval: [0, 1] }) }],
      tables: () => [table],
      figures: () => names.map((name) => ({ ...figure, name })),
    };
    await startRun(store, returning(1, more), { seeds: [0, 1] });
    const page = new TextDecoder().decode(await store.read('report.html'));
    const ids = Array.from(page.matchAll(/ id="([^"]*)"/g), ([, id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toEqual(expect.arrayContaining(names));
  });

  it('has as many rows for every seed', async () => {
    const growing = defineExperiment({
      name: 'growing',
      settings,
      stages: { a: { measure: ({ key }) => (key.path.includes('1') ? 2 : 1) } },
      tables: ({ a }) => [{ ...table, rows: Array.from({ length: a }, () => [1]) }],
    });
    await expect(startRun(memoryStore(), growing, { seeds: [0, 1] })).rejects.toThrow(
      "the table 't' must have as many rows for every seed, got 1, 2",
    );
  });

  it.each(['0', '1'])('is there for every seed, and not for seed %s alone', async (only) => {
    const some = defineExperiment({
      name: 'some',
      settings,
      stages: { a: { measure: ({ key }) => (key.path.includes(only) ? 1 : 0) } },
      tables: ({ a }) => (a ? [table] : []),
    });
    await expect(startRun(memoryStore(), some, { seeds: [0, 1] })).rejects.toThrow(
      "the table 't' must be there for every seed",
    );
  });
});

describe('a definition', () => {
  const define = (change: object) =>
    defineExperiment({ name: 'own', settings, stages: { a: { measure: () => 1 } }, ...change } as never);

  it.each<[object, RegExp]>([
    [{ name: 'My Experiment' }, /the name of an experiment must be letters, digits and hyphens/],
    [{ title: 5 }, /the title of own must be a text, got number 5/],
    [{ introduction: 'A paragraph.' }, /the introduction of own must be a list of paragraphs.*got string A paragraph/],
    [{ introduction: [5] }, /each paragraph of the introduction of own must be a text, got number 5/],
    [{ caveats: { default: 5 } }, /the caveat of own for 'default' must be a text/],
    [{ stages: {} }, /an experiment needs a stage/],
    [{ stages: { 'a/b': { measure: () => 1 } } }, /the name of a stage must be letters/],
    [{ stages: { a: { measure: () => 1 }, A: { measure: () => 1 } } }, /two stages are called 'a' and 'A'/],
    [{ stages: { a: { measur: () => 1 } } }, /the stage 'a' has no option 'measur'; did you mean 'measure'/],
    [
      { stages: { a: { measure: () => 1, train: () => 1 } } },
      /must have exactly one function train, weights or measure/,
    ],
    [
      { stages: { a: { measure: () => 1, needs: 'b' } } },
      /needs of the stage 'a' must be a list of names, got string b/,
    ],
    [
      { stages: { a: { measure: () => 1, needs: ['b'] } } },
      /the stage 'a' needs 'b', which is none of those before it: there are none$/,
    ],
    [
      { stages: { a: { measure: () => 1, needs: ['b'] }, b: { measure: () => 1 } } },
      /the stage 'a' needs 'b', which is none of those before it: there are none; put 'b' first$/,
    ],
    [{ settings: { n: 3 } }, /the setting 'n' must be a field of zod/],
    [{ settings: { n: count(1) } }, /the setting 'n' needs a default/],
    [{ settings: { claims: count(1).default(1) } }, /may not be called 'claims'/],
    ...[
      { n: z.date().default(new Date(0)) },
      { n: z.bigint().default(3n) },
      { n: z.any().default(3n) },
      { n: z.object({ a: z.custom<number>(() => true).default(3) }).prefault({}) },
    ].map((given): [object, RegExp] => [{ settings: given }, /the setting 'n' must hold what JSON has/]),
    [{ settings: { 'a.b': count(1).default(1) } }, /a setting may not be called 'a\.b', which --set could not reach/],
    [{ settings: { a: z.object({ 'b=c': count(1).default(1) }).prefault({}) } }, /a setting may not be called 'b=c'/],
    [{ settings: undefined }, /the settings of own must be a record, got undefined/],
    [{ presets: [{ n: 4 }] }, /the presets of own must be a record, got an array of 1/],
    [{ presets: { a: null } }, /the preset 'a' of own must be a record of settings, got null/],
    [{ caveats: null }, /the caveats of own must be a record, got null/],
    [{ withoutEffect: 'n' }, /withoutEffect of own must be a list of settings, got string n/],
    [{ stages: [{ measure: () => 1 }] }, /the stages of an experiment must be a record, got an array of 1/],
    [{ stages: { Nul: { measure: () => 1 } } }, /the name of a stage must be .* no device of Windows .*got "Nul"/],
    ...['check', 'circumstances', 'tables', 'figures', 'subject'].map((part): [object, RegExp] => [
      { [part]: { x: 1 } },
      new RegExp(`${part} of own must be a function, got a record`),
    ]),
    [{ claims: { ...claim, find: () => 1 } }, /claims must be a list of records .*, got a record { id, statement/],
    [{ claims: [undefined] }, /claims must be a list of records { id, .*, got undefined in the list/],
    [
      { claims: [{ ...claim, id: undefined, find: () => 1 }] },
      /the claim 'undefined' needs a id, a text, got undefined/,
    ],
    [{ claims: [{ ...claim, id: 5, find: () => 1 }] }, /the claim '5' needs a id, a text, got number 5/],
    [{ claims: [claim] }, /find of the claim 'c' must be a function, got undefined/],
    [{ claims: [{ ...claim, quantity: undefined, find: () => 1 }] }, /the claim 'c' needs a quantity/],
    ...['> 90 %', '> 90%', '≥ 0.9', '< chance', '> 1 000'].map((bar): [object, RegExp] => [
      { claims: [{ ...claim, bar, find: () => 1 }] },
      /the bar of the claim 'c' must begin with a comparison with a number.* or with words, got/,
    ]),
    [{ claims: [claim, claim].map((one) => ({ ...one, find: () => 1 })) }, /two claims are called 'c' and 'c'/],
    [{ presets: { smoke: { N: 4 } } }, /the preset 'smoke' of own: .*unknown key 'N'; the nearest known key is 'n'/s],
    [{ caveats: { smokee: 'small' } }, /own has a caveat for 'smokee', which is none of its presets: default/],
    [{ withoutEffect: ['zzz'] }, /'zzz' in withoutEffect is none of the settings of own/],
  ])('is refused by name: %#', (change, message) => {
    expect(() => define(change)).toThrow(InputError);
    expect(() => define(change)).toThrow(message);
  });

  it.each<[object, RegExp]>([
    [{ overrides: { n: 5 } }, /overrides must be a list of records of settings, got a record { n }/],
    [{ overrides: [null] }, /overrides must be a list of records of settings, got null in the list/],
    [{ seeds: 7 }, /seeds must be a list of integers, got number 7/],
  ])('is run by requests of the right shape: %#', async (request, message) => {
    await expect(startRun(memoryStore(), define({}), request)).rejects.toThrow(message);
  });

  it('has settings that are the same when they are read again', async () => {
    const grows = define({
      settings: {
        n: z
          .number()
          .default(3)
          .transform((n) => n + 1),
      },
    });
    await expect(startRun(memoryStore(), grows)).rejects.toThrow(/not the same when they are read again/);
  });
});

describe('a setting', () => {
  it('that a group does not have is refused, also where zod would leave it out', async () => {
    const margin = z.number().default(0.5);
    const grouped = returning(1, {
      settings: {
        data: z.object({ margin }).prefault({}),
        threats: z.array(z.object({ eps: margin })).default([]),
        any: z.looseObject({ margin }).prefault({}),
      },
    });
    const run = (...overrides: Overrides[]) => startRun(memoryStore(), grouped, { overrides });
    await expect(run({ data: { margn: 0.4 } }, { threats: [{ eps: 1 }, { epsilon: 1 }] })).rejects.toThrow(
      /unknown key 'data\.margn'; the nearest known key is 'data\.margin'\n.*unknown key 'threats\.1\.epsilon'/,
    );
    await run({ data: { margin: 0.4 }, threats: [{ eps: 1 }], any: { more: 1 } });
  });
});

describe('a changed module', () => {
  const digest = (letter: string) => ({ path: './own.mjs', digest: letter.repeat(64) });

  it('is refused by resume and report, and recorded where it is wanted', async () => {
    const store = memoryStore();
    await startRun(store, returning(1), {}, { module: digest('a') });
    const changed = { module: digest('b') };
    await expect(resumeRun(store, returning(1), changed)).rejects.toThrow(
      /own\.mjs has changed since the run in memory/,
    );
    await expect(reportRun(store, returning(1), changed)).rejects.toThrow(/--changed/);
    await reportRun(store, returning(1), { ...changed, mayChange: true });
    const text = async (name: string) => new TextDecoder().decode(await store.read(name));
    const recorded = async () => JSON.parse(await text('run.json')).module;
    const [a, b] = ['a', 'b'].map((letter) => letter.repeat(64));
    const apart = { path: './own.mjs', digests: [a], reported: b }; // nothing was made with it
    expect(await recorded()).toEqual(apart);
    expect(await text('report.html')).toContain("the experiment's file, 1 times since the run began");
    await expect(resumeRun(store, returning(1), changed)).rejects.toThrow(/--changed/);
    await resumeRun(store, returning(1), { ...changed, mayChange: true });
    expect(await recorded()).toEqual(apart);
    await store.remove('measures/a.json');
    await resumeRun(store, returning(1), { ...changed, mayChange: true });
    expect(await recorded()).toEqual({ path: './own.mjs', digests: [a, b] });
  });

  it('is recorded where a report was made with it, and not where that failed', async () => {
    const store = memoryStore();
    await startRun(store, returning(1), {}, { module: digest('a') });
    const before = await store.read('run.json');
    const fails = returning(1, { claims: [{ ...claim, find: () => undefined }] });
    await expect(reportRun(store, fails, { module: digest('b'), mayChange: true })).rejects.toThrow(/the claim 'c'/);
    expect(await store.read('run.json')).toEqual(before);
  });

  it('leaves a finished run in its sweep where it only reports it', async () => {
    const store = memoryStore();
    await startRun(store, returning(1), {}, { module: digest('a') });
    const identity = async () => identityIn((await readRunRecord(store)) as RunRecord);
    const before = await identity();
    await reportRun(store, returning(1), { module: digest('b'), mayChange: true });
    expect(await identity()).toBe(before);
  });
});

describe('a run of several seeds', () => {
  const digest = (letter: string) => ({ path: './own.mjs', digest: letter.repeat(64) });
  const claims = [{ ...claim, find: ({ a }: { a: number }) => ({ value: a, holds: true }) }];
  const own = () => returning(1, { claims });
  const seeds = [0, 1];

  /** A finished run, and in its folder of seed 0 what another run has left in one of a seed. */
  async function withSeedOf(other: RunStore, folder: string, module = digest('a')) {
    const store = memoryStore();
    await startRun(store, own(), { seeds }, { module });
    for (const file of ['run.json', 'measures/a.json'])
      await store.write(`seed-0/${file}`, (await other.read(`${folder}/${file}`)) as Uint8Array);
    return store;
  }

  it.each<[string, object, string, string, RegExp]>([
    ['another setting', { overrides: [{ n: 5 }] }, 'seed-0', 'a', /another setting or seed than the run has/],
    ['another seed', {}, 'seed-1', 'a', /another setting or seed than the run has/],
    ['other code', {}, 'seed-0', 'b', /by other code than the run/],
  ])('takes no folder as its own that was made with %s', async (_, request, folder, code, message) => {
    const other = memoryStore();
    await startRun(other, own(), { seeds, ...request }, { module: digest(code) });
    const store = await withSeedOf(other, folder);
    for (const again of [resumeRun, reportRun]) {
      const refused = again(store, own(), { module: digest('a') });
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.toThrow(
        /seed-0\/run\.json cannot be used .*; delete memory\/seed-0, and it is made/,
      );
    }
  });

  it('is reported by the code that it went on with, also where a seed was finished before', async () => {
    const store = memoryStore();
    const failing = returning(1, {
      claims,
      stages: {
        a: {
          measure: ({ key }: StageInput<unknown>) => {
            if (key.path.includes('1')) throw new Error('a bug');
            return 1;
          },
        },
      },
    });
    await expect(startRun(store, failing, { seeds }, { module: digest('a') })).rejects.toThrow('a bug');
    await resumeRun(store, own(), { module: digest('b'), mayChange: true });
    const options = { module: digest('b') };
    expect(await reportRun(store, own(), options)).toEqual(await resumeRun(store, own(), options));
    await expect(reportRun(store, own(), { module: digest('a') })).rejects.toThrow(/has changed since/);
  });

  it('goes on where the record of a seed is damaged or gone', async () => {
    const store = memoryStore();
    const found = await startRun(store, own(), { seeds });
    await store.remove('seed-0/run.json');
    await expect(reportRun(store, own())).rejects.toThrow(
      /memory\/seed-0 holds no run; go on with 'advml resume memory'/,
    );
    await store.write('seed-0/run.json', '{');
    for (const again of [reportRun, resumeRun])
      await expect(again(store, own())).rejects.toThrow(
        /seed-0\/run\.json cannot be used .*; delete it and resume the run$/,
      );
    await store.remove('seed-0/run.json');
    expect(await resumeRun(store, own())).toEqual(found);
  });
});

it('a finished run that is resumed keeps its record', async () => {
  const store = memoryStore();
  await startRun(store, returning(1));
  const before = await store.read('run.json');
  await resumeRun(store, returning(1));
  expect(await store.read('run.json')).toEqual(before);
});
