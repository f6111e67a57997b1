// `node --expose-gc bench/queue.mjs [JOBS]`, after a build: what a queue on Redis adds to a run, and what memory its coordinator takes, over 10,000
// runs that do nothing. The worker is a process of its own; a run is the record that says that it is finished, written to disk as ever.
import { fork } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { count, defineExperiment } from '@advml/runs';
import { parseSweep, performAttempt, planSweep, readSweep, runSweep } from '@advml/runs/disk';
import { connection } from '../packages/advml/dist/queue/connection.js';
import { readMeeting } from '../packages/advml/dist/queue/meeting.js';
import { queueEngine } from '../packages/advml/dist/queue/queue-engine.js';
import { workOnQueue } from '../packages/advml/dist/queue/queue-worker.js';
import { parseSetting } from '../packages/runs/dist/settings/settings.js';
import { diskStore } from '../packages/runs/dist/store/disk-store.js';
import { writeRunRecord } from '../packages/runs/dist/store/run-record.js';
import { withFolder } from '../test/built/advml.mjs';
import { redis } from '../test/built/redis.mjs';

const nothing = defineExperiment({
  name: 'nothing',
  settings: { of: count(0).default(0).describe('Nothing') },
  stages: { none: { measure: () => null } },
});
const onTrouble = console.error;

/** Says of a run that it is finished, and does nothing else. */
async function finish({ folder, id, place }, runs) {
  const { experiment, seed, values, name } = runs.get(id);
  await writeRunRecord(diskStore(join(folder, place ?? name)), {
    format: 'advml-run-2',
    experiment,
    preset: 'default',
    seeds: [seed],
    setting: parseSetting(nothing.schema, [values]),
    fingerprint: '',
    environment: { advml: '1.0.0' },
    started: '',
    ended: null,
    status: 'finished',
  });
}

const runsOf = async (folder) => new Map((await readSweep(folder)).runs.map((run) => [run.id, run]));

/** The worker: eight runs at a time. */
async function work(folder, url) {
  const address = { url, shown: url };
  const runs = await runsOf(folder);
  const { queue: name } = await readMeeting(folder);
  const engine = { lanes: 8, perform: (job) => finish(job, runs) };
  const { signal } = new AbortController();
  const options = { address, name, folder, engine, lock: 90, onEvent: () => {}, onTrouble, signal };
  await workOnQueue(await connection(address), options);
}

async function measure(jobs) {
  const server = await redis();
  await withFolder(async (place) => {
    const seeds = Math.min(jobs, 1000);
    if (jobs % seeds !== 0) throw new Error(`JOBS above 1000 must be a multiple of 1000, got ${jobs}`);
    const of = Array.from({ length: jobs / seeds }, (_, at) => at);
    const request = parseSweep({ experiment: 'nothing', seeds, grid: { of } });
    const plan = planSweep(request, [{ experiment: nothing, url: import.meta.url }], '1.0.0');

    const alone = join(place, 'alone');
    await runSweep(alone, plan, {
      engine: { lanes: 8, perform: async () => Promise.reject(new Error('only planned')) },
      signal: AbortSignal.abort(),
    }).catch(() => {});
    const runs = await runsOf(alone);
    const waiting = plan.runs.values();
    const start = performance.now();
    const lane = async () => {
      for (const run of waiting)
        await performAttempt(alone, run, { lanes: 1, perform: (job) => finish(job, runs) }, { onEvent() {} });
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    const without = (performance.now() - start) / jobs;

    const folder = join(place, 'queue');
    const address = { url: server.url, shown: server.url };
    const engine = queueEngine(await connection(address), { address, attempts: 3, machine: null, onTrouble });
    let [done, begun, used, worker] = [0, 0, undefined, undefined];
    const onEvent = (event) => {
      if (event.type !== 'run' || event.state !== 'finished') return;
      done += 1;
      if (done % (jobs / 10) !== 0) return;
      gc();
      const { heapUsed, rss } = process.memoryUsage();
      console.log(
        `${done} runs: heap ${(heapUsed / 2 ** 20).toFixed(1)} MB, whole process ${(rss / 2 ** 20).toFixed(0)} MB`,
      );
    };
    const begin = engine.begin;
    engine.begin = async (where) => {
      await begin(where);
      begun = performance.now();
      used = process.cpuUsage();
      worker = fork(fileURLToPath(import.meta.url), ['worker', where, server.url]);
    };
    await runSweep(folder, plan, { engine, onEvent });
    const within = (performance.now() - begun) / jobs;
    const own = process.cpuUsage(used);
    const said = (await server.ask('INFO')).split('\r\n').map((line) => line.split(':'));
    const { used_cpu_sys: sys, used_cpu_user: user, used_memory_peak_human: peak } = Object.fromEntries(said);
    const each = (ms) => (ms / jobs).toFixed(2);
    console.log(`${jobs} runs: ${within.toFixed(2)} ms each by the queue, ${without.toFixed(2)} ms without`);
    console.log(`processor time a run: coordinator ${each((own.user + own.system) / 1000)} ms`);
    console.log(`processor time a run: Redis ${each((Number(sys) + Number(user)) * 1000)} ms; ${peak} at most`);
    console.log(`load ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`);
    await engine.close();
    worker.kill();
  }).finally(server.stop);
}

const [first = '10000', ...more] = process.argv.slice(2);
if (first === 'worker') await work(...more);
else await measure(Number(first));
