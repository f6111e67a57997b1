// Processes of a sweep, as they are built.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { paper } from '@advml/experiments';
import { catalogue } from '@advml/experiments/catalogue';
import { childProcesses, parseSweep, planSweep, runSweep } from '@advml/runs/disk';
import { withFolder } from './advml.mjs';

const set = {
  'data.dimension': 32,
  'network.neurons': 24,
  'clean.steps': 20,
  'clean.batch': 16,
  'clean.warmup': 4,
  'adversarial.steps': 20,
  'adversarial.batch': 12,
  'adversarial.warmup': 4,
  'evaluation.examples': 20,
  'evaluation.curveExamples': 4,
};

/** Ids of the processes that this one has started. */
const children = () =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

const experiments = [{ experiment: paper, url: catalogue }];
const environment = { advml: '1.0.0' };
const plan = planSweep(
  parseSweep({ experiment: 'paper', preset: 'smoke', set, claims: ['C1'], seeds: 2 }),
  experiments,
  environment.advml,
);

test('a process that was killed while it waited for a run is not given one', { timeout: 120_000 }, async () => {
  await withFolder(async (folder) => {
    const engine = childProcesses({ workers: 1, experiments, environment });
    const killing = {
      lanes: 1,
      perform: async (job, context) => {
        await engine.perform(job, context);
        const [child, ...others] = children();
        assert.deepEqual(others, []);
        process.kill(child, 'SIGKILL');
        while (children().includes(child)) await setTimeout(10);
        await setTimeout(100); // until its end is told
      },
    };
    try {
      const outcome = await runSweep(folder, plan, { engine: killing });
      assert.deepEqual(outcome, { finished: 2, failed: [] });
    } finally {
      await engine.close();
    }
  });
});

test('what a listener throws at what a process tells ends the sweep and not the program', {
  timeout: 120_000,
}, async () => {
  await withFolder(async (folder) => {
    const engine = childProcesses({ workers: 1, experiments, environment });
    const onEvent = ({ type }) => {
      if (type === 'within') throw new Error('the listener failed');
    };
    try {
      await assert.rejects(runSweep(folder, plan, { engine, onEvent }), /^Error: the listener failed$/);
    } finally {
      await engine.close();
    }
    assert.deepEqual(children(), []);
  });
});
