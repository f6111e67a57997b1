// A sweep on a queue whose coordinator, workers and server are killed, and stopped and continued, at random moments of a seed.
// `node test/built/chaos.mjs 200 [SEED]` does it 200 times, after a build, and says what came out.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { key } from '@advml/core';
import { command, withFolder } from './advml.mjs';
import { redis } from './redis.mjs';

const experiment = fileURLToPath(new URL('./chaos-experiment.mjs', import.meta.url));

/** Milliseconds that a stage takes, and after which a worker that is not heard of has lost its run. */
const STAGE = 150;
const LOCK = 1000;

/** A program that is started anew whenever it ends by something else than its work; with all its processes it is one group. */
function keptAlive(args, isDone) {
  const kept = { starts: 0, output: '', done: undefined, signal, end };
  let child;
  let ending = false;
  const begin = async () => {
    for (;;) {
      kept.starts += 1;
      const env = { ...process.env, CHAOS_PAUSE: String(STAGE) };
      child = spawn(process.execPath, [command, ...args], { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text) => {
          kept.output = (kept.output + text).slice(-20_000);
        });
      const [code] = await once(child, 'exit');
      if (isDone(code) || ending) return code;
      await setTimeout(100); // as whoever looks after a program does, where the server is away
    }
  };
  /** Sends a signal to the program, or with it to the processes that it has started. */
  function signal(name, all) {
    if (child.exitCode !== null || child.signalCode !== null) return; // between two lives; its number may be another's
    process.kill(all ? -child.pid : child.pid, name);
  }
  async function end() {
    ending = true;
    signal('SIGCONT', true);
    signal('SIGKILL', true);
    await kept.done;
  }
  kept.done = begin();
  return kept;
}

/** The runs that are finished, each with what its folder is known by: a folder that was put in its place would have another. */
function finishedIn(folder) {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.includes('seed=')) : [];
  return new Map(
    names
      .map((name) => [name, join(folder, name, 'run.json')])
      .filter(([, file]) => existsSync(file))
      .map(([name, file]) => [name, statSync(file).ino]),
  );
}

/** A digest of all files of all runs of a sweep, but for those that tell the time of day. */
export function digestOf(folder) {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => /^[^/]*seed=/.test(name))
    .sort();
  for (const name of files) {
    const path = join(folder, name);
    if (!statSync(path).isFile() || /(run\.json|report\.html)$/.test(name)) continue;
    hash.update(`${name}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/**
 * Disturbs a sweep.
 *
 * @param kills - How often.
 * @param seed - Decides what happens to whom, and when.
 * @param tell - Told of each.
 * @returns How often each was killed and held up, how many runs there were, how often the programs began, and how many attempts are left.
 */
export async function chaos(kills, seed, tell = () => {}) {
  const random = key('chaos', seed);
  const choose = (name, at, list) => list[Math.floor(random.child(name).child(at).uniform(1)[0] * list.length)];
  const runs = Math.max(8, Math.min(1000, 6 * kills));
  const counts = { runs };
  await withFolder(async (place) => {
    const [calm, wild] = [join(place, 'calm'), join(place, 'wild')];
    const sweep = ['sweep', experiment, '--seeds', String(runs), '--out'];
    const reference = spawn(process.execPath, [command, ...sweep, calm, '--workers', '1'], { stdio: 'ignore' });
    const server = await redis();
    const on = ['--queue', server.url];
    const coordinator = keptAlive([...sweep, wild, ...on, '--json'], (code) => code === 0);
    const work = ['worker', experiment, '--out', wild, ...on, '--lock', String(LOCK / 1000), '--workers', '1'];
    const workers = [0, 1].map(() => keptAlive(work, (code) => code === 0));
    let finished = new Map();
    /** Sees that nothing that was finished is another or gone, once so many runs are finished. */
    const look = async (least) => {
      const now = finishedIn(wild);
      for (const [name, file] of finished) assert.equal(now.get(name), file, `${name} was finished and is another`);
      finished = now;
      if (now.size >= least) return;
      await setTimeout(20);
      return look(least);
    };
    try {
      const over = coordinator.done.then(() => true);
      for (let at = 0; at < kills; at++) {
        await look(Math.min(finished.size + 1, runs)); // in the middle of the work, however long it takes to begin
        await setTimeout(random.child('wait').child(at).uniform(1)[0] * 500);
        const whom = choose('whom', at, ['worker', 'other worker', 'coordinator', 'redis']);
        const how = choose('how', at, ['killed', 'held up']);
        const all = choose('all', at, [true, false]);
        const target = { worker: workers[0], 'other worker': workers[1], coordinator }[whom];
        const signal = (name) => (target ? target.signal(name, all) : server.child.kill(name));
        if (how === 'killed') {
          signal('SIGKILL');
          if (!target) {
            await once(server.child, 'exit');
            await server.start();
          }
        } else {
          signal('SIGSTOP');
          await setTimeout(random.child('long').child(at).uniform(1)[0] * 3 * LOCK);
          signal('SIGCONT');
        }
        counts[`${whom} ${how}`] = (counts[`${whom} ${how}`] ?? 0) + 1;
        await look(0);
        tell(`${at + 1}/${kills}: ${whom} ${how}; ${finished.size} of ${runs} runs are finished`);
        const ended = await Promise.race([over, setTimeout(0)]);
        assert.ok(!ended || at === kills - 1, 'the sweep has ended too soon to be disturbed');
      }
      const patience = setTimeout(1_200_000, false, { ref: false });
      assert.ok(await Promise.race([over, patience]), `no end:\n${coordinator.output}`);
      await look(runs);
      if (reference.exitCode === null) await once(reference, 'exit');
      assert.equal(digestOf(wild), digestOf(calm));
    } finally {
      await Promise.all([coordinator, ...workers].map((kept) => kept.end()));
      await server.stop();
      reference.kill('SIGKILL');
    }
    counts.starts = [coordinator, ...workers].map(({ starts }) => starts).join(', ');
    counts.left = readdirSync(join(wild, 'sweep.attempts')).length;
  });
  return counts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills = '200', seed = '0'] = process.argv.slice(2);
  console.log(await chaos(Number(kills), Number(seed), console.log));
}
