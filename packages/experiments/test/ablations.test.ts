// One thing is changed at a time, and nothing else: each variant is the run whose setting has that change.

import { AbortedError, disposeParams, type Params } from '@advml/core';
import { type Overrides, parseSetting, startRun, trainPlainly } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory, type Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { paper, paperSetting } from '../src/index.ts';
import { ablate } from '../src/paper/ablations/ablate.ts';
import { ablationPhases, ablationWorld } from '../src/paper/ablations/phases.ts';
import type { AblationsWorld } from '../src/paper/ablations/setting.ts';
import { ablationTable, columnOf } from '../src/paper/ablations/tables.ts';
import { type Ablation, ablationGroups } from '../src/paper/ablations/variants.ts';
import { paperPresets } from '../src/paper/presets.ts';
import { cleanPhase } from '../src/paper/training/phases.ts';
import { paperWorld, variantWorld } from '../src/paper/world.ts';
import { type OpenStore, openStore, textOf, tiny } from './tiny.ts';
import { unbelieved } from './unbelieved.ts';

const settingWith = (...changes: readonly Overrides[]) =>
  parseSetting(paperSetting, [paperPresets.smoke, ...tiny.overrides, ...changes]);
const world = () => paperWorld(settingWith(), 3);

/** What comes of a variant; those without a clean training of their own are given that of the setting. */
async function outcomeOf(main: AblationsWorld, ablation: Omit<Ablation, 'name'>, signal?: AbortSignal) {
  let shared: Params | undefined;
  const here = variantWorld(main);
  if (ablation.change === undefined && ablation.fixedExamples === undefined) {
    const initial = here.network.init(here.root.child('init'));
    shared = await trainPlainly(cleanPhase(here, here.root.child('clean')), initial);
    disposeParams(initial);
  }
  const { name: _, ...result } = await ablate(main, { name: 'any', ...ablation }, shared, { signal });
  if (shared) disposeParams(shared);
  return result;
}

beforeAll(() => useWasm());

describe('a run of the ablations', () => {
  let store: OpenStore;
  beforeAll(async () => {
    store = openStore();
    const same = { data: { dictionary: 'identity' }, ablations: { steps: 21, examples: 10 } };
    await startRun(store, paper, { ...tiny, overrides: [...tiny.overrides, same, { claims: ['C3', 'ablations'] }] });
  });
  const measure = (name: string) => JSON.parse(textOf(store, `measures/${name}.json`)).value;

  it('has the setting itself as its first row: the same numbers as the main training', () => {
    const { clean, robust, purified } = measure('ablations/nothing-changed');
    for (const [of, main] of [
      [clean, measure('robustness-clean')],
      [robust, measure('robustness-robust')],
    ]) {
      expect([of.clean, of.robust, of.attack]).toEqual([main.clean, main.robust, main.attack]);
    }
    const { features } = measure('neurons');
    expect(purified).toEqual(features.purified);
    expect(clean.mixture).toBeCloseTo(features.mass.clean.mixture, 12);
    expect(robust.withInit).toBeCloseTo(features.withInit.robust.mean, 12);
  });

  it('leaves a row for every variant in its table and its picture, the dead ones with words', () => {
    const [heading, ...lines] = textOf(store, 'tables/ablations.csv').trim().split('\n');
    const variants = ablationGroups(settingWith()).flatMap(({ ablations }) => ablations);
    expect(heading).toMatch(/^changed,variant,outcome,clean accuracy of w,/);
    expect(lines).toHaveLength(variants.length);
    expect(unbelieved(store)).toEqual([]);
    const picture = textOf(store, 'figures/ablations.svg');
    for (const { name } of variants) expect(picture).toContain(`>${name}<`);
    expect(lines.find((line) => line.includes('b = 0.08 from the start,'))).toMatch(
      /no neuron alive after clean training/,
    );
    expect(picture).toContain('>no neuron alive after clean training<');
  });
});

it('asked for alone, in several seeds, makes no claim and no other training', async () => {
  const store = openStore();
  const claims = await startRun(store, paper, {
    ...tiny,
    seeds: [1, 2],
    overrides: [...tiny.overrides, { claims: ['ablations'] }],
  });
  expect(claims).toEqual([]);
  expect([...store.files.keys()].filter((name) => name.includes('weights/'))).toEqual([
    'seed-1/weights/ablations-clean.safetensors',
    'seed-2/weights/ablations-clean.safetensors',
  ]);
  expect(textOf(store, 'report.html')).toContain('One thing changed at a time');
});

describe('an ablation', () => {
  it.each<[string, Overrides]>([
    ['margin', { data: { margin: 0 } }],
    ['width', { network: { neurons: 11 } }],
    ['decay', { clean: { decay: 0.01 }, adversarial: { decay: 0.01 } }],
    ['noise', { network: { noise: 0.05 } }],
    ['bias', { clean: { biasStart: 0, biasRatio: 0, biasFinal: 0 } }],
  ])('of the %s is the run whose setting has it', async (_, change) => {
    const changed = await outcomeOf(paperWorld(settingWith(change), 3), {});
    expect(await outcomeOf(world(), { change })).toEqual(changed);
    expect(await outcomeOf(world(), {})).not.toEqual(changed);
  });

  it('without a threshold leaves every neuron alive', async () => {
    const { clean, robust } = await outcomeOf(world(), {
      change: { clean: { biasStart: 0, biasRatio: 0, biasFinal: 0 } },
    });
    expect([clean?.alive.value, robust?.alive.value]).toEqual([1, 1]);
  });

  it('of the radius is none at tau, and PGD of one step is FGM', async () => {
    const main = await outcomeOf(world(), {});
    expect(await outcomeOf(world(), { radius: 0.22 })).toEqual(main);
    expect((await outcomeOf(world(), { radius: 0.33 })).robust?.mixture).not.toBe(main.robust?.mixture);
    const pgd = await outcomeOf(world(), { pgdSteps: 1 });
    expect(pgd.robust?.mixture).toBeCloseTo(main.robust?.mixture ?? Number.NaN, 5);
    expect((await outcomeOf(world(), { pgdSteps: 3 })).robust?.mixture).not.toBeCloseTo(main.robust?.mixture ?? 0, 5);
  });

  it('from scratch begins adversarial training at w0 and is compared with the same w', async () => {
    const [main, scratch] = [await outcomeOf(world(), {}), await outcomeOf(world(), { fromScratch: true })];
    expect(scratch.clean).toEqual(main.clean);
    expect(scratch.robust?.mixture).not.toBe(main.robust?.mixture);
    const idle = paperWorld(settingWith({ adversarial: { rate: 1e-12 } }), 3);
    expect((await outcomeOf(idle, {})).purified?.value).toBe(1);
    expect((await outcomeOf(idle, { fromScratch: true })).robust?.mixture).not.toBe(main.clean?.mixture);
  });

  it('with fixed data draws both phases from one set', () => {
    const ablation = { name: 'fixed', fixedExamples: 10 };
    const { clean, robust } = ablationPhases(ablationWorld(world(), ablation), ablation);
    const rowsOf = (phase: typeof robust) =>
      Array.from({ length: 6 }, (_, step) => {
        const { x, y } = phase.batches(step);
        const rows = (x as Tensor2D).arraySync().map(String);
        for (const tensor of [x, y]) tensor.dispose();
        return rows;
      }).flat();
    const set = new Set(rowsOf(clean ?? robust));
    expect(set.size).toBe(10);
    expect(new Set(rowsOf(robust))).toEqual(set);
  });

  it('that diverges or kills its neurons is a result that says so', async () => {
    const tooFast = { rate: 1e12 };
    const clean = await outcomeOf(world(), { change: { clean: tooFast } });
    expect(clean).toEqual({ outcome: expect.stringMatching(/^clean training diverged at step \d+$/) });
    const robust = await outcomeOf(world(), { change: { adversarial: tooFast } });
    expect(robust.outcome).toMatch(/^adversarial training diverged at step \d+$/);
    expect(robust.clean).toEqual((await outcomeOf(world(), {})).clean);
    const silenced = await outcomeOf(world(), { change: { adversarial: { decay: 1, rate: 1 } } });
    expect(silenced.outcome).toBe('no neuron alive after adversarial training');
  });

  it('can be stopped, and keeps no tensor', async () => {
    const before = memory().numTensors;
    await outcomeOf(world(), { pgdSteps: 2 });
    await expect(outcomeOf(world(), { change: {} }, AbortSignal.abort())).rejects.toThrow(AbortedError);
    expect(memory().numTensors).toBe(before);
  });
});

describe('the list of ablations', () => {
  it('has variants of one name once', () => {
    const { ablations } = ablationGroups(settingWith({ ablations: { decays: [0, 1, 0] } }))[3];
    expect(ablations.map(({ name }) => name)).toEqual(['lambda = 0', 'lambda = 1']);
  });

  it('has no fixed threshold where the threshold is zero anyway', () => {
    const { ablations } = ablationGroups(settingWith({ clean: { biasStart: 0 } }))[1];
    expect(ablations.map(({ name }) => name)).toEqual(['b = 0']);
  });

  it('makes rows that say none where nothing could be measured', () => {
    const table = ablationTable([{ name: 'b = 0', outcome: 'clean training diverged at step 4' }], settingWith());
    const at = columnOf(table, 'variant').indexOf('b = 0');
    expect(columnOf(table, 'outcome')[at]).toBe('clean training diverged at step 4');
    expect(columnOf(table, "robust accuracy of w'")[at]).toBe('none');
  });
});
