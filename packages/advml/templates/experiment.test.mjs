// The experiment at its smallest preset, in memory: node --test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import experiment from './experiment.mjs';

test('the same seed gives the same claims', async () => {
  await useWasm();
  const [once, again] = [memoryStore(), memoryStore()];
  const claims = await startRun(once, experiment, { preset: 'smoke', seeds: [1] });
  assert.deepEqual(await startRun(again, experiment, { preset: 'smoke', seeds: [1] }), claims);
  assert.ok(await once.read('report.html'));
});
