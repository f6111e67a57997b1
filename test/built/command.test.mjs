// The command as a user meets it: help, a wrong option, and a run of the smallest preset.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { packages } from '../../scripts/workspace.mjs';

const { folder, manifest } = packages().find(({ name }) => name === 'advml');
const command = join(folder, manifest.bin.advml);

/** Runs the command; resolves to its exit code and what it wrote. */
function advml(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

test('help names the subcommands', async () => {
  const { code, stdout, stderr } = await advml('--help');
  assert.equal(code, 0);
  for (const name of ['run', 'resume', 'report', 'doctor']) assert.match(stdout + stderr, new RegExp(`\\b${name}\\b`));
});

test('an unknown preset is bad usage', async () => {
  const { code, stderr } = await advml('run', 'paper', '--preset', 'smok');
  assert.equal(code, 2);
  assert.match(stderr, /smoke/);
});

test('the smoke preset leaves claims, weights and a report', { timeout: 300_000 }, async () => {
  const out = join(mkdtempSync(join(tmpdir(), 'advml-built-')), 'run');
  try {
    const { code, stderr } = await advml('run', 'paper', '--preset', 'smoke', '--out', out);
    assert.equal(code, 0, stderr);
    const { claims } = JSON.parse(readFileSync(join(out, 'claims.json'), 'utf8'));
    assert.deepEqual(
      claims.map(({ id }) => id),
      ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9'],
    );
    for (const name of ['init', 'clean', 'robust']) readFileSync(join(out, 'weights', `${name}.safetensors`));
    assert.match(readFileSync(join(out, 'report.html'), 'utf8'), /^<!doctype html>/i);
  } finally {
    rmSync(join(out, '..'), { recursive: true, force: true });
  }
});
