// A module whose model answers later is attacked by what needs no gradients, with the bits of one that answers at once.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AbortedError, InputError, key } from '@advml/core';
import { encodeSafetensors } from '@advml/formats';
import { useWasm } from '@advml/wasm';
import { beforeAll, expect, it } from 'vitest';
import { attackBench } from '../src/attack/attack-bench.ts';
import { benchOf } from '../src/attack/bench.ts';
import type { AttackRequest } from '../src/attack/request.ts';
import { attackInThreads } from '../src/attack/threads/in-threads.ts';
import { temporaryFolder } from './child.ts';

const count = 12;
const w = [1, -2, 0.5];
const x = key('answers later', 'x').normal(3 * count);
const labels = Int32Array.from({ length: count }, (_, at) =>
  Math.sign(w.reduce((sum, value, j) => sum + value * x[3 * at + j], 0)),
);

beforeAll(async () => {
  await useWasm();
});

/** Another copy of tfjs than the command's, as a user's module has it; the two share their backend. */
const tfjs = pathToFileURL(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core')).href;

/** Files of a linear model that answers at once or later, and how it is to be attacked. */
function requestFor(answer: string): AttackRequest {
  const [model, data] = ['model.mjs', 'data.safetensors'].map((name) => join(temporaryFolder(), name));
  writeFileSync(
    model,
    `import tf from '${tfjs}'; const { mul, sum } = tf; export default ${answer}; export const preprocess = (x) => mul(x, 2);`,
  );
  const y = { dtype: 'I32' as const, shape: [count], data: labels };
  writeFileSync(data, encodeSafetensors({ x: { dtype: 'F32', shape: [count, 3], data: x }, y }));
  const source = { from: 'files', model, data, shape: {}, mean: [0], std: [0.5] } as const;
  return { source, norm: 'l2', eps: 0.5, curve: [], battery: 'black-box', work: { queries: 60 }, seed: 0 };
}
const attack = async (request: AttackRequest) => {
  const parts = { done: [], onPart: () => {}, onNote: () => {} };
  return attackBench(await benchOf(request, () => {}), request, parts);
};
const later = 'async (x) => ({ data: await sum(mul(x, [1, -2, 0.5]), 1).data(), dims: [x.shape[0]] })';

it('gives the same as the model that answers at once', async () => {
  const request = requestFor(later);
  const bench = await benchOf(request, () => {});
  expect(bench.output).toEqual({ score: true, classes: 2, later: true });
  const { clean, accuracy, attacks, records } = await attack(request);
  const now = await attack(requestFor('(x) => sum(mul(x, [1, -2, 0.5]), 1)'));
  expect({ clean, accuracy, attacks, records }).toEqual({
    clean: now.clean,
    accuracy: now.accuracy,
    attacks: now.attacks,
    records: now.records,
  });
  expect(clean.successes).toBe(count);
  expect(accuracy.successes).toBeLessThan(count);
});

it('is attacked where it tells classes only, without Square, which needs more', async () => {
  const request = requestFor('Object.assign((x) => tf.sign(sum(mul(x, [1, -2, 0.5]), 1)), { decides: true })');
  const notes: string[] = [];
  const parts = { done: [], onPart: () => {}, onNote: (note: string) => notes.push(note) };
  const { clean, accuracy, attacks } = await attackBench(await benchOf(request, () => {}), request, parts);
  expect(attacks.map(({ attack: name }) => name.split(',')[0])).toEqual(['HopSkipJump-l2', 'noise-l2']);
  expect(notes).toContainEqual(expect.stringContaining('Square, which needs scores or logits, is left out'));
  expect(clean.successes).toBe(count);
  expect(accuracy.successes).toBeLessThan(count);
  await expect(attack({ ...request, battery: 'quick' })).rejects.toThrow('--battery black-box');
});

it('is refused by what looks into a model, with the way out', async () => {
  const request = requestFor(later);
  for (const battery of ['standard', 'quick'] as const) {
    await expect(attack({ ...request, battery })).rejects.toThrow(InputError);
    await expect(attack({ ...request, battery })).rejects.toThrow('--battery black-box, or the model itself');
  }
  await expect(attack({ ...request, certify: { certifier: 'crown' } })).rejects.toThrow(
    '--certifier crown goes through',
  );
});

it('is not begun where it was stopped before its threads were there', async () => {
  const parts = { done: [], onPart: () => expect.unreachable(), onNote: () => {}, signal: AbortSignal.abort() };
  const request = requestFor('(x) => sum(mul(x, [1, -2, 0.5]), 1)');
  await expect(attackInThreads(request, { most: 1, isSaid: true }, parts)).rejects.toThrow(AbortedError);
});
