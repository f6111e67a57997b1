// What `advml export` gives to TensorBoard and MLflow, read by readers that know only how those are described.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, defineExperiment, startRun } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { draws } from '../../runs/test/sweep-experiment.ts';
import { type ExportedRun, numbersOf } from '../src/export/exported-runs.ts';
import { exportToMlflow } from '../src/export/mlflow.ts';
import { mlflowClient } from '../src/export/mlflow-client.ts';
import { readEvents } from './event-reader.ts';
import { here } from './here.ts';
import { type MlflowServer, mlflowServer } from './mlflow-server.ts';
import { environment, sweptHere } from './swept.ts';

let [place, root] = ['', ''];
const steps = Array.from({ length: 1300 }, (_, step) => step);
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'advml-export-'));
  root = join(place, 'runs');
  await startRun(diskStore(join(root, 'mine')), draws, { overrides: [{ number: 50 }] }, { environment });
  await startRun(diskStore(join(root, 'two')), draws, { seeds: [3, 5] }, { environment });
  await startRun(diskStore(join(root, 'failed')), draws, { overrides: [{ number: 9001 }] }).catch(() => {});
  await sweptHere(join(root, 'window'), { grid: { bar: [0.4, 0.6] } });
  const lines = steps.map((step) => JSON.stringify({ phase: 'clean', step, loss: 1 / (step + 1), "w'·x": -1 - step }));
  writeFileSync(join(root, 'mine', 'metrics.jsonl'), `${lines.join('\n')}\n{"phase":"clean","st`);
});
afterAll(() => rmSync(place, { recursive: true }));

const claimOf = (name: string) => JSON.parse(readFileSync(join(root, name, 'claims.json'), 'utf8')).claims[0];

describe('event files', () => {
  it('have every number of every run, each seed in a folder of its own', async () => {
    const out = join(place, 'events');
    const { code, stdout } = await here('export', root, '--to', 'tensorboard', out);
    expect([code, stdout]).toEqual([0, `6 runs are in ${out}; see them by: tensorboard --logdir ${out}\n`]);
    expect(readdirSync(out).sort()).toEqual(['failed', 'mine', 'two', 'window']);
    expect(readdirSync(join(out, 'two')).sort()).toEqual(['seed-3', 'seed-5']);
    expect(readdirSync(join(out, 'window'))).toHaveLength(2);
    const [file] = readdirSync(join(out, 'mine'));
    expect(file).toMatch(/^events\.out\.tfevents\.\d{10}\.advml$/);
    const { version, scalars } = readEvents(readFileSync(join(out, 'mine', file)));
    expect(version).toBe('brain.Event:2');
    const { value, holds } = claimOf('mine');
    expect(scalars.map(({ tag, step, value }) => [tag, step, value])).toEqual([
      ...steps.flatMap((step) => [
        ['clean/loss', step, Math.fround(1 / (step + 1))],
        ["clean/w'·x", step, Math.fround(-1 - step)],
      ]),
      ['claim/half', 0, Math.fround(value)],
      ['holds/half', 0, Number(holds)],
    ]);
    const { started } = JSON.parse(readFileSync(join(root, 'mine', 'run.json'), 'utf8'));
    expect(new Set(scalars.map(({ time }) => time))).toEqual(new Set([Date.parse(started) / 1000]));
    for (const name of ['events.out.tfevents.1600000000.advml', 'events.out.tfevents.1600000000.other'])
      writeFileSync(join(out, 'mine', name), ''); // of the run before it was made anew, and of another program
    await here('export', root, '--to', 'tensorboard', out);
    expect(readdirSync(join(out, 'mine'))).toEqual(['events.out.tfevents.1600000000.other', file]); // written anew
  });

  it('are made of one run too', async () => {
    const out = join(place, 'one');
    expect((await here('export', join(root, 'mine'), '--to', 'tensorboard', out)).code).toBe(0);
    expect(readdirSync(out)).toHaveLength(1);
  });

  it('are of all runs, however deep they lie', async () => {
    const deep = join(place, 'deep');
    await startRun(diskStore(join(deep, 'a/b/c/d/e/f')), draws, {}, { environment });
    const { stdout } = await here('export', deep, '--to', 'tensorboard', join(place, 'from-deep'));
    expect(stdout).toMatch(/^1 runs are in /);
  });
});

describe('numbers', () => {
  it('that were none are left out', () => {
    const log = [{ phase: 'clean', step: 1, loss: null as unknown as number, rate: 0 }];
    expect(numbersOf({ log, claims: [] } as unknown as ExportedRun)).toEqual([
      { key: 'clean/rate', step: 1, value: 0 },
    ]);
  });

  it('of a damaged log are refused by the name of the file', async () => {
    const folder = join(place, 'damaged');
    await startRun(diskStore(folder), draws, { overrides: [{ number: 50 }] }, { environment });
    writeFileSync(join(folder, 'metrics.jsonl'), '{"phase"\n');
    const { code, stderr } = await here('export', folder, '--to', 'tensorboard', join(place, 'none'));
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`${join(folder, 'metrics.jsonl')}: line 1 is not JSON`),
    ]);
  });
});

describe('MLflow', () => {
  let server: MlflowServer;
  beforeEach(async () => {
    server = await mlflowServer();
  });
  afterEach(() => {
    server.close();
    vi.unstubAllEnvs();
  });

  it('is told each finished run once, within the limits of a call', async () => {
    const told = await here('export', root, '--to', 'mlflow', server.address);
    expect(told.stderr).toBe('');
    expect(told.stdout).toBe('5 runs are told, 1 are not finished\n');
    expect([...server.experiments]).toEqual([['draws', '1']]);
    const runs = [...server.runs.values()];
    expect(runs.map(({ name }) => name).slice(0, 3)).toEqual(['mine', 'two/seed-3', 'two/seed-5']);
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['FINISHED']));
    const [mine] = runs;
    expect(mine.params).toEqual({
      experiment: 'draws',
      preset: 'default',
      seed: '0',
      number: '50',
      bar: '0.5',
      'sign.of': 'plus',
      claims: 'all',
    });
    expect(mine.tags).toMatchObject({ advml: '1.0.0', 'mlflow.source.name': 'advml' });
    const { value } = claimOf('mine');
    const of = (key: string) => mine.metrics.filter((metric) => metric.key === key);
    expect(of('clean/loss').map(({ value }) => value)).toEqual(steps.map((step) => 1 / (step + 1)));
    expect(of('clean/w_27_b7x').map(({ step }) => step)).toEqual(steps);
    expect(of('claim/half')[0].value).toBe(value);
    expect(mine.metrics).toHaveLength(2 * steps.length + 2);
    const again = await here('export', root, '--to', 'mlflow', server.address);
    expect(again.stdout).toBe('0 runs are told, 5 were there already, 1 are not finished\n');
    expect(server.runs.size).toBe(5);
  });

  it('has a setting beside what a run is called by', async () => {
    const seeded = defineExperiment({
      name: 'seeded',
      settings: { seed: count(0).default(7), preset: count(0).default(8) },
      stages: { a: { measure: () => 1 } },
    });
    await startRun(diskStore(join(place, 'seeded')), seeded, { seeds: [3] }, { environment });
    await here('export', join(place, 'seeded'), '--to', 'mlflow', server.address);
    expect([...server.runs.values()][0].params).toMatchObject({
      seed: '3',
      preset: 'default',
      'setting.seed': '7',
      'setting.preset': '8',
    });
  });

  it('has a run once and whole, after a call that failed in the middle', async () => {
    server.failsAt = 6;
    const failed = await here('export', join(root, 'mine'), '--to', 'mlflow', server.address, '--experiment', 'x');
    expect(failed.stderr).toMatch(/MLflow refused runs\/log-batch \(500\): .*the disk is full/);
    expect(failed.code).toBe(2);
    expect(
      (await here('export', join(root, 'mine'), '--to', 'mlflow', `${server.address}/`, '--experiment', 'x')).code,
    ).toBe(0);
    const runs = [...server.runs.values()];
    expect(runs.map(({ status, deleted }) => [status, deleted])).toEqual([
      ['RUNNING', true],
      ['FINISHED', false],
    ]);
    expect(runs[1].metrics).toHaveLength(2 * steps.length + 2);
  });

  it('must know the run that it is told of, and end its answers', async () => {
    const client = mlflowClient(server.address, {});
    const gone = client.ask('POST', 'runs/update', { run_id: '7', status: 'FINISHED', end_time: 1 });
    await expect(gone).rejects.toThrow(/MLflow refused runs\/update \(404\): .*Run '7' not found/);
    const half = createServer((_, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{', () => response.destroy());
    });
    await new Promise<void>((listening) => half.listen(0, '127.0.0.1', listening));
    const cut = mlflowClient(`http://127.0.0.1:${(half.address() as AddressInfo).port}`, {});
    await expect(cut.ask('POST', 'runs/create', {})).rejects.toThrow('cannot reach MLflow at http://127.0.0.1');
    half.close();
  });

  it('is told who asks, and nobody else is', async () => {
    server.authorization = 'Bearer s3cret-token';
    const refused = await here('export', join(root, 'mine'), '--to', 'mlflow', server.address);
    expect(refused.stderr).toMatch(/MLflow refused experiments\/get-by-name \(401\)/);
    vi.stubEnv('MLFLOW_TRACKING_TOKEN', 'another-token');
    const wrong = await here('export', join(root, 'mine'), '--to', 'mlflow', server.address);
    expect(wrong.stderr).toContain('you came with Bearer ***');
    vi.stubEnv('MLFLOW_TRACKING_TOKEN', 's3cret-token');
    const { code, stdout, stderr } = await here('export', join(root, 'mine'), '--to', 'mlflow', server.address);
    expect(code).toBe(0);
    expect(stdout + stderr + wrong.stderr).not.toMatch(/s3cret|another-token/);
    const basic = mlflowClient(server.address, { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'word' });
    await expect(exportToMlflow(join(root, 'mine'), basic)).rejects.toThrow(/Basic \*\*\*/);
    expect(server.calls.at(-1)?.authorization).toBe(`Basic ${Buffer.from('me:word').toString('base64')}`);
  });

  it.each([
    [['ROOT', '--to', 'csv', 'x'], /--to must be tensorboard or mlflow, got 'csv'/],
    [['ROOT'], /--to must be tensorboard or mlflow, got ''/],
    [['ROOT', '--to', 'mlflow'], /export takes a folder and an address.*got 1 words/],
    [['ROOT', '--to', 'tensorboard', 'a', 'b'], /a folder for event files.*got 3 words/],
    [['ROOT', '--to', 'tensorboard', 'a', '--experiment', 'x'], /--experiment is for --to mlflow/],
    [['ROOT', '--to', 'mlflow', 'localhost:5000'], /MLflow is at an address such as/],
    [['ROOT', '--to', 'mlflow', 'http://me:word@localhost'], /^(?!.*word@).*MLFLOW_TRACKING_PASSWORD/s],
    [['ROOT', '--to', 'mlflow', 'http://127.0.0.1:1'], /cannot reach MLflow at http:\/\/127\.0\.0\.1:1/],
    [['NOWHERE', '--to', 'tensorboard', 'a'], /there is no run in/],
  ])('refuses %j', async (words, message) => {
    const told = words.map((word) => ({ ROOT: root, NOWHERE: join(place, 'nowhere') })[word] ?? word);
    const { code, stderr } = await here('export', ...told);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
