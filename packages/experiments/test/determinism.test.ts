// A run is a function of its setting and seed: the same bytes each time, whatever the batches of the evaluation.

import { type Claim, type MetricRecord, type RunEvent, type RunRequest, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { paper } from '../src/index.ts';
import { paperParts } from '../src/paper/parts.ts';
import { leavings, type OpenStore, openStore, textOf, tiny } from './tiny.ts';

let whole: OpenStore;
beforeAll(async () => {
  await useWasm();
  whole = openStore();
  await startRun(whole, paper, tiny);
});

const runWith = async (change: Partial<RunRequest>): Promise<OpenStore> => {
  const store = openStore();
  await startRun(store, paper, { ...tiny, ...change });
  return store;
};

describe('a run', () => {
  it('gives the same bytes for the same seed, whether anyone listens or not, and tells what it writes', async () => {
    const events: RunEvent[] = [];
    const store = openStore();
    const claims = await startRun(store, paper, tiny, { onEvent: (event) => events.push(event) });
    expect(leavings(store)).toEqual(leavings(whole));
    const told = <T extends RunEvent['type']>(type: T) =>
      events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
    expect(told('claim').map(({ claim }) => claim)).toEqual(claims);
    const log = textOf(store, 'metrics.jsonl').trim().split('\n');
    expect(told('metric').map(({ record }) => record)).toEqual(log.map((line) => JSON.parse(line) as MetricRecord));
    for (const { stage, done, total } of told('progress')) {
      expect(done, stage).toBeGreaterThan(0);
      expect(done, stage).toBeLessThanOrEqual(total);
    }
    const states = (stage: string) => told('stage').filter((event) => event.stage === stage);
    for (const stage of new Set(told('stage').map((event) => event.stage))) {
      expect(states(stage).map(({ state }) => state)).toEqual(['started', 'finished']);
      const last = told('progress').findLast((event) => event.stage === stage);
      if (last) expect(last.done, stage).toBe(last.total);
    }
  });

  it.each([1, 4, 1000])('gives the same bytes when it is evaluated %i examples at a time', async (batch) => {
    const store = await runWith({ overrides: [...tiny.overrides, { evaluation: { batch } }] });
    expect(leavings(store)).toEqual(leavings(whole));
    expect(JSON.parse(textOf(store, 'run.json')).setting.evaluation.batch).toBe(batch);
  });

  it('gives the same bytes however often it is saved', async () => {
    const overrides = [...tiny.overrides, { checkpointEvery: 1000 }];
    expect(leavings(await runWith({ overrides }))).toEqual(leavings(whole));
  });

  it('gives other weights and other examples for another seed', async () => {
    const other = leavings(await runWith({ seeds: [4] }));
    for (const name of ['init', 'clean', 'robust'].map((each) => `weights/${each}.safetensors`)) {
      expect(other[name]).not.toBe(leavings(whole)[name]);
    }
    expect(other['measures/perturbations-clean.json']).not.toBe(leavings(whole)['measures/perturbations-clean.json']);
  });

  it.each(paperParts.map(({ name, claims }) => claims[0]?.id ?? name))('can be asked for %s alone', async (choice) => {
    const store = await runWith({ overrides: [...tiny.overrides, { claims: [choice] }] });
    const { claims }: { claims: Claim[] } = JSON.parse(textOf(store, 'claims.json'));
    expect(claims.map(({ id }) => id)).toEqual(choice.startsWith('C') ? [choice] : []);
    expect(store.files.has('report.html')).toBe(true);
  });

  it('asked for other claims makes only what these need, and the same of it', async () => {
    const overrides = [...tiny.overrides, { claims: ['C2', 'C7'] }];
    const store = await runWith({ overrides });
    const claimsOf = (of: OpenStore): Claim[] => JSON.parse(textOf(of, 'claims.json')).claims;
    expect(claimsOf(store)).toEqual(claimsOf(whole).filter(({ id }) => id === 'C2' || id === 'C7'));
    expect(store.files.has('measures/overfitting.json')).toBe(false);
  });
});
