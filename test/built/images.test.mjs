// Experiments on images by the command: killed and resumed to the same bits, on Fashion-MNIST where it is installed, and stopped
// early where the files are no good.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fashionMnistPackage } from '@advml/data/disk';
import { advml, start, withFolder } from './advml.mjs';

const timeout = 300_000;
const claimsOf = (out) => JSON.parse(readFileSync(join(out, 'claims.json'), 'utf8')).claims;
const weightsOf = (out) =>
  Object.fromEntries(
    readdirSync(join(out, 'weights')).map((name) => [
      name.replace('.safetensors', ''),
      readFileSync(join(out, 'weights', name)),
    ]),
  );
const short = ['clean.epochs=2', 'adversarial.epochs=2', 'path.shares=[0.1]', 'evaluation.steps=4'];
const smoke = (out, ...more) => [
  ...['run', 'images-cnn', '--preset', 'smoke', '--out', out],
  ...[...short.flatMap((setting) => ['--set', setting]), ...more],
];

test('a killed run on images resumes to the same bits', { timeout }, async () => {
  await withFolder(async (folder) => {
    const [whole, killed] = ['whole', 'killed'].map((name) => join(folder, name));
    const { code, stderr } = await advml(...smoke(whole));
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      claimsOf(whole).map(({ id }) => id),
      ['C1', 'C2', 'C3', 'C4', 'C5', 'C13', 'C14', 'C15', 'C16'],
    );

    const { child, done } = start(...smoke(killed, '--claims', 'C1,C2,C3'));
    while (!existsSync(join(killed, 'weights', 'clean.safetensors')) && child.exitCode === null) await setTimeout(20);
    await setTimeout(300); // somewhere in the adversarial phases
    child.kill('SIGKILL');
    assert.equal((await done).code, 'SIGKILL');
    assert.ok(!existsSync(join(killed, 'claims.json')), 'killed too late to say anything');
    const resumed = await advml('resume', killed);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(claimsOf(killed), claimsOf(whole).slice(0, 3));
    const weights = weightsOf(killed);
    for (const name of ['init', 'clean', 'robust-linf']) assert.ok(weights[name], name);
    for (const [name, bytes] of Object.entries(weights))
      assert.deepEqual([name, bytes], [name, weightsOf(whole)[name]]);
  });
});

test('training on Fashion-MNIST tells clothes apart', {
  timeout,
  skip: !existsSync(fashionMnistPackage.folder) && 'Fashion-MNIST is not installed',
}, async () => {
  await withFolder(async (folder) => {
    const quick = [
      'initialScale=0.1',
      'clean.epochs=0.3',
      'sparse.images=4',
      'adversarial.epochs=0.02',
      'evaluation.probeExamples=50',
    ];
    const more = [
      'claims=["C1"]',
      'threats=[{"norm":"linf","eps":0.1}]',
      'evaluation.examples=2',
      'evaluation.steps=2',
    ];
    const settings = [...quick, ...more, 'evaluation.queries=2', 'evaluation.targets=2', 'lowRank.examples=2'];
    const { code, stderr } = await advml(
      ...['run', 'images-mlp', '--out', folder, ...settings.flatMap((setting) => ['--set', setting])],
    );
    assert.equal(code, 0, stderr);
    const [{ value, detail }] = claimsOf(folder);
    assert.ok(value > 0.75, `clean accuracy ${value}`); // a tenth by chance
    assert.equal(detail.examples, 10000);
  });
});

test('files that are no images end a run before anything is trained', async () => {
  await withFolder(async (folder) => {
    const images = join(folder, 'images');
    mkdirSync(images);
    for (const name of [
      'train-images-idx3-ubyte',
      'train-labels-idx1-ubyte',
      't10k-images-idx3-ubyte',
      't10k-labels-idx1-ubyte',
    ])
      writeFileSync(join(images, name), 'no IDX file');
    const out = join(folder, 'run');
    const { code, stderr } = await advml(
      ...['run', 'images-cnn', '--out', out, '--set', 'data.set=idx', '--set', `data.folder=${images}`],
    );
    assert.equal(code, 2);
    assert.match(stderr, /train-images-idx3-ubyte: /);
    assert.ok(!existsSync(join(out, 'weights')), 'something was trained');
  });
});
