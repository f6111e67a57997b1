// Runs as a user has them: to the end, as lines of JSON, stopped, killed, gone on with, and reported.
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Claim, RunEvent } from '@advml/runs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advml, type Ended, leavings, recordOf, temporaryFolder, tinySettings } from './child.ts';
import { here } from './here.ts';

let place: string;
let settings: string;
let whole: string;
let ended: Ended;
/** The same without threads, as lines of JSON. */
let single: string;
let endedSingle: Ended;
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'advml-runs-'));
  settings = tinySettings(place);
  whole = join(place, 'whole');
  ended = await advml(runInto(whole, '--strict'));
  single = join(place, 'single');
  endedSingle = await advml(runInto(single, '--json', ...alone));
}, 240_000);
afterAll(() => rmSync(place, { recursive: true }));

const runInto = (out: string, ...more: string[]): string[] => [
  ...['run', 'paper', '--preset', 'smoke', '--config', settings, '--set', 'tau=0.25', '--seed', '5'],
  ...['--out', out, ...more],
];
/** Makes all stages in the main thread: without threads of its own, a run starts in a third of the time. */
const alone = ['--workers', '1'];
/** Few stages, where any will do. */
const few = ['--claims', 'C1'];
const claimsOf = (folder: string): Claim[] => JSON.parse(readFileSync(join(folder, 'claims.json'), 'utf8')).claims;
const eventsOf = (stdout: string): (RunEvent | { type: 'finished'; location: string; claims: Claim[] })[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a run', () => {
  it('says each stage as it ends, then every claim, then where the report is', () => {
    for (const stage of [
      'init weights',
      'clean training',
      'adversarial training',
      'robustness-clean',
      'neurons',
      'overfitting/variants',
    ])
      expect(ended.stderr).toMatch(new RegExp(`^\\[\\d+/\\d+\\] ${stage}: done in \\d+ s`, 'm'));
    const claims = claimsOf(whole);
    expect(claims.map(({ id }) => id).join(' ')).toBe('C1 C2 C3 C4 C5 C6 C7 C8 C9 C17 C18 C19 C20');
    for (const { id, holds, quantity, bar } of claims) {
      const line = ended.stdout.split('\n').find((each) => each.startsWith(`  ${id} `));
      expect(line).toContain(holds ? 'holds  ' : 'does not hold');
      expect(line).toContain(`${quantity}: `);
      expect(line).toContain(`(bar ${bar})`);
    }
    expect(ended.stdout).toMatch(`\nreport: ${whole}/report.html\n`);
  });

  it('writes no escape codes where no terminal is', () => {
    expect(ended.stdout + ended.stderr).not.toContain('\x1b');
    expect(ended.stdout + ended.stderr).not.toContain('\r');
  });

  it('ends in 1 under --strict where a claim does not hold', () => {
    expect(claimsOf(whole).some(({ holds }) => !holds)).toBe(true);
    expect(ended.code).toBe(1);
  });

  it('keeps what it was told: file, then --set, seed, versions and machine', () => {
    expect(recordOf(whole)).toMatchObject({
      status: 'finished',
      preset: 'smoke',
      seeds: [5],
      setting: { tau: 0.25, data: { dimension: 32, margin: 0.5 }, overfitting: { decays: [] } },
      environment: { backend: 'wasm', node: process.versions.node, platform: `${process.platform} ${process.arch}` },
    });
  });

  it('is not started over another', async () => {
    const { code, stderr } = await here(...runInto(whole));
    expect(code).toBe(2);
    expect(stderr).toBe(
      `advml: ${whole} already holds a run; go on with it by 'advml resume ${whole}', choose another folder, or delete this one\n`,
    );
  });
});

/** Commands of this process, one after another. */
async function inTurn(...commands: readonly string[][]) {
  const ends = [];
  for (const command of commands) ends.push(await here(...command));
  return ends;
}

describe('a run beside another in its folder', () => {
  it('is refused with the name of its owner; who was killed is no hindrance', async () => {
    const out = join(temporaryFolder(), 'run');
    let others: Promise<Pick<Ended, 'code' | 'stderr'>[]> | undefined;
    let owner: number | undefined;
    const onLine = (line: string, child: ChildProcess) => {
      if (others || !line.includes('"clean training"')) return;
      owner = child.pid;
      child.kill('SIGSTOP');
      others = inTurn(runInto(out), ['resume', out], ['report', out]);
      void others.then(() => child.kill('SIGKILL'));
    };
    expect((await advml(runInto(out, '--json', ...alone), { onLine })).signal).toBe('SIGKILL');
    for (const { code, stderr } of (await others) ?? []) {
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`run is in use by process ${owner} on .* since .*; wait for it or stop it`));
    }
    writeFileSync(join(out, 'claims.json.4194305.advml.tmp'), 'what a dead writer left');
    expect(await advml(['resume', out, ...alone])).toMatchObject({ code: 0 });
    expect(leavings(out)).toEqual(leavings(whole));
    expect(readdirSync(out).filter((name) => /tmp|lock/.test(name))).toEqual([]);
  });

  it('of two that begin at once, one is refused', async () => {
    const out = join(temporaryFolder(), 'run');
    const ends = await Promise.all(
      ['5', '6'].map((seed) => advml([...runInto(out, ...alone, ...few), '--seed', seed])),
    );
    expect(ends.map(({ code }) => code).sort()).toEqual([0, 2]);
    expect(ends.find(({ code }) => code === 2)?.stderr).toMatch(/is in use by process|already holds a run/);
  });
});

describe('a run over workers', () => {
  it('leaves the same bytes for one as for two', () => {
    expect(endedSingle.code).toBe(0);
    expect(leavings(single)).toEqual(leavings(whole));
  });

  it('runs seeds side by side, to the same bytes as one after the other', async () => {
    const folder = temporaryFolder();
    const runSeeds = async (workers: string) => {
      const out = join(folder, workers);
      const seeds = runInto(out, ...few, '--workers', workers).map((word) => (word === '--seed' ? '--seeds' : word));
      const { code, stderr } = await advml(seeds.map((word) => (word === '5' ? '2' : word)));
      expect(code).toBe(0);
      for (const seed of [0, 1])
        expect(stderr).toMatch(new RegExp(`^\\[\\d+/\\d+\\] seed ${seed}, clean training: done in`, 'm'));
      return leavings(out);
    };
    expect(await runSeeds('2')).toEqual(await runSeeds('1'));
  });

  it.each(['0', 'two'])('is refused for %s of them', async (workers) => {
    const { code, stderr } = await here('resume', whole, '--workers', workers);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `advml: --workers must be an integer >= 1, got '${workers}'\n`,
    });
  });

  it('says what went wrong in one of them', async () => {
    const out = join(temporaryFolder(), 'run');
    const { code, stderr } = await advml(runInto(out, ...few, '--set', 'clean.rate=1e12'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^advml: training diverged at step \d+: .*; lower the learning rate/m);
    expect(recordOf(out)?.status).toBe('failed');
  });
});

describe('a finished run', () => {
  it('is reported: the same claims, and report and figures anew', async () => {
    const copy = join(temporaryFolder(), 'run');
    cpSync(whole, copy, { recursive: true });
    rmSync(join(copy, 'report.html'));
    rmSync(join(copy, 'figures'), { recursive: true });
    const { code, stdout, stderr } = await here('report', copy, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ location: copy, claims: claimsOf(whole) });
    expect(leavings(copy)).toEqual(leavings(whole));
    expect(readFileSync(join(copy, 'report.html'), 'utf8')).toBe(readFileSync(join(whole, 'report.html'), 'utf8'));
  });

  it('is not made again when it is resumed, and without --strict ends in 0', async () => {
    const copy = join(temporaryFolder(), 'run');
    cpSync(whole, copy, { recursive: true });
    const { code, stdout, stderr } = await here('resume', copy, ...alone);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^\[\d+\/\d+\] init weights: done before$/m);
    expect(stderr).not.toMatch(/done in/);
    expect(stdout.replaceAll(copy, whole)).toBe(ended.stdout);
    expect(leavings(copy)).toEqual(leavings(whole));
  });

  it('with damaged weights is refused with the way out', async () => {
    const copy = join(temporaryFolder(), 'run');
    cpSync(whole, copy, { recursive: true });
    const weights = join(copy, 'weights', 'robust.safetensors');
    writeFileSync(weights, readFileSync(weights).subarray(0, -7));
    const refused = await here('resume', copy, ...alone);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /^advml: .*robust\.safetensors cannot be used \(.*\); delete it and resume the run/m,
    );
    expect(recordOf(copy)?.status).toBe('failed');
  });
});

describe('a run for machines', () => {
  it('is one JSON object a line, on standard output alone, and ends in the same bytes', () => {
    const { code, stdout, stderr } = endedSingle;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const events = eventsOf(stdout);
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['plan', 'stage', 'progress', 'metric', 'claim', 'finished']),
    );
    expect(events.at(-1)).toEqual({ type: 'finished', location: single, claims: claimsOf(whole) });
    expect(leavings(single)).toEqual(leavings(whole));
  });

  it('is stopped without a word where nobody reads on', async () => {
    const out = join(temporaryFolder(), 'run');
    const closeAt = (line: string, child: ChildProcess) => {
      if (line.includes('"clean training"')) child.stdout?.destroy();
    };
    expect(await advml(runInto(out, '--json'), { onLine: closeAt })).toMatchObject({ code: 141, stderr: '' });
    expect(recordOf(out)?.status).toBe('running');
  });
});

/** Sends a signal once, at a line that matches, some milliseconds later. */
function signalAt(signal: NodeJS.Signals, pattern: RegExp, delay = 0) {
  let sent = false;
  return (line: string, child: ChildProcess) => {
    if (sent || !pattern.test(line)) return;
    sent = true;
    setTimeout(() => child.kill(signal), delay);
  };
}

describe('a run that is interrupted', () => {
  it('by Ctrl-C ends in 130, says how to go on, and goes on to the same bytes', async () => {
    const out = join(temporaryFolder(), 'run');
    const stopped = await advml(runInto(out, '--json'), { onLine: signalAt('SIGINT', /"adversarial training"/) });
    expect(stopped).toMatchObject({ code: 130, signal: null });
    expect(stopped.stderr).toBe(
      `stopping after this step and keeping what is done; once more to stop at once\nstopped; go on with: advml resume ${out}\n`,
    );
    expect(recordOf(out)).toMatchObject({ status: 'interrupted', ended: expect.any(String) });
    const resumed = await advml(['resume', out, '--json', ...alone]);
    expect(resumed.code).toBe(0);
    const states = eventsOf(resumed.stdout).filter((event) => event.type === 'stage');
    const told = states.map(({ stage, state }) => `${stage} ${state}`);
    expect(told.slice(0, 2)).toEqual(['init weights reused', 'clean training reused']);
    expect(told).toContain('adversarial training started');
    expect(leavings(out)).toEqual(leavings(whole));
    expect(recordOf(out)?.status).toBe('finished');
  });

  it('by the end of its session does the same', async () => {
    const out = join(temporaryFolder(), 'run');
    const stopped = await advml(runInto(out, '--json', ...alone), { onLine: signalAt('SIGTERM', /"clean training"/) });
    expect(stopped).toMatchObject({ code: 130, stderr: expect.stringMatching(/stopped; go on with: advml resume/) });
    expect(recordOf(out)?.status).toBe('interrupted');
  });
});

describe('a run that is killed', () => {
  it('at random moments, again and again, ends in the same bytes', async () => {
    const out = join(temporaryFolder(), 'run');
    const moments = [/"clean training"/, /"adversarial training"/, /robustness|curve/].map((pattern) => ({
      pattern,
      delay: Math.floor(Math.random() * 60),
    }));
    let killed = 0;
    for (const { pattern, delay } of moments) {
      const args = recordOf(out) ? ['resume', out, '--json'] : runInto(out, '--json');
      const { signal } = await advml(args, { onLine: signalAt('SIGKILL', pattern, delay) });
      if (signal === 'SIGKILL') killed += 1;
    }
    expect(killed, `of ${JSON.stringify(moments.map(({ delay }) => delay))} ms`).toBeGreaterThanOrEqual(2);
    expect((await advml(['resume', out, ...alone])).code).toBe(0);
    expect(claimsOf(out)).toEqual(claimsOf(whole));
    expect(leavings(out)).toEqual(leavings(whole));
  });
});

describe('the doctor', () => {
  it('says in JSON what there is, that gradients are right, and a speed', async () => {
    const { code, stdout, stderr } = await advml(['doctor', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ backend: 'wasm', node: process.versions.node, 'gradient check': 'ok' });
    expect(found).toMatchObject({ simd: true, threads: 1, kernels: 'native', 'self-test': 'ok' });
    const [product, peak] = ['product', '128-bit peak'].map((what) => found[`${what}, 10^9 operations a second`]);
    expect(product).toBeGreaterThan(0.1);
    expect(found['share of the peak']).toBeCloseTo(product / peak, 2);
    expect(found['share of the peak']).toBeGreaterThan(0.05);
    expect(found['share of the peak']).toBeLessThan(1.5); // on a busy machine the two may be measured at different times
    expect(found.cores).toBeGreaterThan(0);
  });
});
