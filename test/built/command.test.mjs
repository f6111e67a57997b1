// The command as a user meets it: help, a wrong option, a run of the smallest preset, and the same run killed and resumed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { advml, start, withFolder } from './advml.mjs';

const timeout = 300_000;
const smoke = (out, claims) => ['run', 'paper', '--preset', 'smoke', '--claims', claims, '--out', out];
const claimsOf = (out) => JSON.parse(readFileSync(join(out, 'claims.json'), 'utf8')).claims;
const weightsOf = (out) =>
  ['init', 'clean', 'robust'].map((name) => readFileSync(join(out, 'weights', `${name}.safetensors`)));

const recordsOf = (out) =>
  readFileSync(join(out, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

function requireShapes(claims) {
  for (const { value, interval, holds, detail } of claims) {
    assert.ok(Number.isFinite(value));
    assert.equal(typeof holds, 'boolean');
    assert.deepEqual([detail.gamma, detail.tau], [0.5, 0.22]);
    if (interval) assert.equal([...interval, value].sort((a, b) => a - b)[1], value);
  }
  assert.ok(claims[0].value > 0.95);
}

/** The mixture grows and goes. */
function requireMixture(records) {
  const last = (ofPhase) => records.findLast(({ phase }) => phase === ofPhase).mixtureMass;
  assert.ok(last('clean') > 0.2); // a random direction would hold 1/192
  assert.ok(last('adversarial') < 0.05);
}

test('help names the subcommands', async () => {
  const { code, stdout } = await advml('--help');
  assert.equal(code, 0);
  for (const name of ['run', 'resume', 'report', 'doctor']) assert.match(stdout, new RegExp(`\\b${name}\\b`));
});

test('an unknown preset is bad usage', async () => {
  const { code, stderr } = await advml('run', 'paper', '--preset', 'smok');
  assert.equal(code, 2);
  assert.match(stderr, /smoke/);
});

test('an unknown claim is bad usage', async () => {
  const { code, stderr } = await advml('run', 'paper', '--claims', 'C3,C99');
  assert.equal(code, 2);
  assert.match(stderr, /expected 'all' or a list of C1, C2/);
});

test('the smoke preset leaves all claims, a report and what the guide shows; a killed run resumes to the same bits', {
  timeout,
}, async () => {
  await withFolder(async (folder) => {
    const whole = join(folder, 'whole');
    const { code, stderr } = await advml(...smoke(whole, 'all'));
    assert.equal(code, 0, stderr);
    const claims = claimsOf(whole);
    assert.deepEqual(
      claims.map(({ id }) => id),
      [...Array.from({ length: 13 }, (_, at) => `C${at + 1}`), 'C17', 'C18', 'C19', 'C20'],
    );
    assert.match(readFileSync(join(whole, 'report.html'), 'utf8'), /^<!doctype html>/i);
    requireShapes(claims.slice(0, 8));
    requireMixture(recordsOf(whole));

    const guide = join(folder, 'guide.md');
    copyFileSync('docs/guides/reading-the-results.md', guide);
    const written = spawnSync(execPath, ['docs/results.mjs', '--guide', guide, whole], { encoding: 'utf8' });
    assert.equal(written.status, 0, written.stderr);
    assert.match(written.stderr, /^no given run has, and so unchanged: (seeds [C\d ]+(; )?)+\n$/); // for it is of one seed
    assert.match(readFileSync(guide, 'utf8'), /preset `smoke`, seed 0\./);

    const killed = join(folder, 'killed');
    const { child, done } = start(...smoke(killed, 'C1,C9'));
    while (!existsSync(join(killed, 'weights', 'clean.safetensors')) && child.exitCode === null) await setTimeout(20);
    await setTimeout(300); // somewhere in the adversarial phase
    child.kill('SIGKILL');
    assert.equal((await done).code, 'SIGKILL');
    assert.ok(!existsSync(join(killed, 'claims.json')), 'killed too late to say anything');

    const resumed = await advml('resume', killed);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(
      claimsOf(killed),
      claims.filter(({ id }) => ['C1', 'C9'].includes(id)),
    );
    assert.deepEqual(weightsOf(killed), weightsOf(whole));
  });
});
