// Sweeps on a queue, with Debian's redis-server: what comes out is what comes out without; nothing is lost with the queue; what fails is
// counted and told; the password is nowhere.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseSweep, planSweep, runSweep } from '@advml/runs/disk';
import { connection } from '../../packages/advml/dist/queue/connection.js';
import { readMeeting } from '../../packages/advml/dist/queue/meeting.js';
import { queueEngine } from '../../packages/advml/dist/queue/queue-engine.js';
import { workOnQueue } from '../../packages/advml/dist/queue/queue-worker.js';
import { performRun } from '../../packages/runs/dist/sweep/perform.js';
import { readSweep } from '../../packages/runs/dist/sweep/record.js';
import { start, withFolder } from './advml.mjs';
import { chaos } from './chaos.mjs';
import chaosExperiment from './chaos-experiment.mjs';
import { redis, withoutRedis } from './redis.mjs';

const skip = withoutRedis;
const file = fileURLToPath(new URL('./chaos-experiment.mjs', import.meta.url));
const timeout = 300_000; // of a machine that has much else to do
const PASSWORD = 'not-to-be-seen';

/** All that the files in a folder hold. */
const contentOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join();

test('what fails again and again is told and stops nothing else; the password is nowhere', {
  skip,
  timeout,
}, async () => {
  const server = await redis('--requirepass', PASSWORD);
  const url = `redis://:${PASSWORD}@127.0.0.1:${server.port}`;
  await withFolder(async (folder) => {
    const out = join(folder, 'sweep');
    const words = ['sweep', file, '--grid', 'how=well,throws', '--seeds', '2', '--out', out, '--attempts', '2'];
    const coordinator = start({ ADVML_QUEUE: url }, ...words);
    const worker = start('worker', file, '--queue', url, '--out', out, '--workers', '1');
    const { bullmq, options } = await connection({ url, shown: '' });
    const ended = await coordinator.done;
    assert.equal(ended.code, 1);
    assert.equal(ended.stdout, `2 of 4 runs are finished, in ${out}\n`);
    assert.match(ended.stderr, /how=throws,seed=1-\w+ failed: .*no run of this kind comes to an end/);
    const failed = readdirSync(out).filter((name) => name.startsWith('how=throws'));
    assert.equal(failed.length, 2);
    for (const name of failed)
      assert.match(readFileSync(join(out, name, 'error.txt'), 'utf8'), /comes to an end[\s\S]*chaos-experiment\.mjs/);

    const title = readFileSync(`/proc/${worker.child.pid}/cmdline`, 'utf8'); // it has not yet seen that this is the end
    assert.match(title, /^advml\0/);
    const queue = new bullmq.Queue((await readMeeting(out)).queue, options);
    const jobs = await queue.getFailed();
    await queue.close();
    assert.deepEqual(
      jobs.map(({ attemptsMade, data }) => [attemptsMade, data]),
      [
        [2, { experiment: 'chaos' }],
        [2, { experiment: 'chaos' }],
      ],
    );
    await server.stop(); // as whoever started it does now, whether the worker has seen the end or not
    const worked = await worker.done;
    assert.equal(worked.code, 0);
    assert.match(worked.stderr, /has ended\n$/);
    const said = [ended, worked].map(({ stdout, stderr }) => stdout + stderr).join('');
    assert.ok(said.length > 500 && !said.includes(PASSWORD));
    assert.ok(!contentOf(out).includes(PASSWORD));
  }).finally(server.stop);
});

/** A sweep and a worker in this process, on a server of their own; `before` is called before each run is made. */
async function onQueue(work) {
  const server = await redis();
  const address = { url: server.url, shown: server.url };
  const connected = await connection(address);
  const onTrouble = () => {};
  const plan = (seeds) =>
    planSweep(
      parseSweep({ experiment: 'chaos', seeds }),
      [{ experiment: chaosExperiment, url: `file://${file}` }],
      '1.0.0',
    );
  const here = (before) => ({
    lanes: 1,
    perform: async (job, context) => {
      context.onStart();
      await before(job);
      const performer = { experiment: chaosExperiment, environment: { advml: '1.0.0' } };
      await performRun(job, await readSweep(job.folder), performer, context);
    },
  });
  /** Carries out a sweep with one worker, which ends with it. */
  const swept = async (folder, seeds, before = () => {}) => {
    const engine = queueEngine(connected, { address, attempts: 1, machine: null, onTrouble, pulse: 100 });
    const stop = new AbortController();
    let worker;
    const onEvent = (event) => {
      if (event.type === 'plan')
        worker = readyMeeting(folder).then(({ queue: name }) =>
          workOnQueue(connected, {
            address,
            name,
            folder,
            engine: here(before),
            lock: 1,
            onEvent: () => {},
            onTrouble,
            signal: stop.signal,
          }),
        );
    };
    try {
      return await runSweep(folder, plan(seeds), { engine, onEvent });
    } finally {
      stop.abort();
      await worker.catch(() => {});
      await engine.close();
    }
  };
  try {
    await withFolder((folder) => work({ folder: join(folder, 'sweep'), swept, server }));
  } finally {
    await server.stop();
  }
}

async function readyMeeting(folder) {
  for (;;) {
    const meeting = await readMeeting(folder);
    if (meeting && !meeting.ended) return meeting;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a server that forgets everything loses nothing', { skip, timeout }, () =>
  onQueue(async ({ folder, swept, server }) => {
    let made = 0;
    const outcome = await swept(folder, 6, async () => {
      made += 1;
      if (made !== 2) return;
      await server.ask('FLUSHALL');
    });
    assert.deepEqual(outcome, { finished: 6, failed: [] });
    assert.ok(made >= 6);
  }),
);

test('a job that has failed, or is over, does not keep its run off the queue', { skip, timeout }, () =>
  onQueue(async ({ folder, swept }) => {
    let broken = true;
    const before = () => {
      if (broken) throw new Error('the disk is full');
    };
    const first = await swept(folder, 2, before);
    assert.equal(first.failed.length, 2);
    assert.match(readFileSync(join(folder, first.failed[0], 'error.txt'), 'utf8'), /^Error: the disk is full/);
    broken = false;
    assert.deepEqual(await swept(folder, 2, before), { finished: 2, failed: [] });
    assert.ok(!existsSync(join(folder, first.failed[0], 'error.txt')));
    rmSync(join(folder, first.failed[0]), { recursive: true });
    assert.deepEqual(await swept(folder, 2, before), { finished: 2, failed: [] });
  }),
);

const { CHAOS_KILLS: kills = '3', CHAOS_SEED: seed = '0' } = process.env;
test(`killed and held up ${kills} times, it ends in the same table and loses no finished run`, { skip, timeout }, () =>
  chaos(Number(kills), Number(seed)),
);
