// The command as a user meets it: help, a wrong option, a run of the smallest preset, and the same run killed and resumed.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { advml, start, withFolder } from './advml.mjs';

const timeout = 300_000;
const smoke = (out) => ['run', 'paper', '--preset', 'smoke', '--out', out];
const claimsOf = (out) => JSON.parse(readFileSync(join(out, 'claims.json'), 'utf8')).claims;
const weightsOf = (out) =>
  ['init', 'clean', 'robust'].map((name) => readFileSync(join(out, 'weights', `${name}.safetensors`)));

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

test('the smoke preset leaves claims and a report, and a killed run resumes to the same bits', {
  timeout,
}, async () => {
  await withFolder(async (folder) => {
    const whole = join(folder, 'whole');
    const { code, stderr } = await advml(...smoke(whole));
    assert.equal(code, 0, stderr);
    const claims = claimsOf(whole);
    assert.deepEqual(
      claims.map(({ id }) => id),
      ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9'],
    );
    assert.match(readFileSync(join(whole, 'report.html'), 'utf8'), /^<!doctype html>/i);

    const killed = join(folder, 'killed');
    const { child, done } = start(...smoke(killed));
    while (!existsSync(join(killed, 'weights', 'clean.safetensors')) && child.exitCode === null) await setTimeout(20);
    await setTimeout(300); // somewhere in the adversarial phase
    child.kill('SIGKILL');
    assert.equal((await done).code, 'SIGKILL');
    assert.ok(!existsSync(join(killed, 'claims.json')), 'killed too late to say anything');

    const resumed = await advml('resume', killed);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(claimsOf(killed), claims);
    assert.deepEqual(weightsOf(killed), weightsOf(whole));
  });
});
