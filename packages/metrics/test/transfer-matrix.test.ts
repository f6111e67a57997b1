import { pgd } from '@advml/attacks';
import { type Batch, ball, key, l2 } from '@advml/core';
import { expectNoLeak, linearScore, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { transferMatrix } from '../src/index.ts';

const count = 50;
const values = key('matrix', 'x').normal(2 * count);
const rows = Array.from({ length: count }, (_, row) => [values[2 * row], values[2 * row + 1]]);
const labels = rows.map(([first]) => Math.sign(first));
const attack = pgd({ threat: ball(l2, 0.5), steps: 30, start: 'none', earlyStop: false });
const options = { key: key('matrix', 0) };
let batch: Batch;
beforeAll(async () => {
  await useWasm();
  batch = { x: tensor2d(rows), y: tensor1d(labels) };
});

test('of linear models in the plane is known in closed form', async () => {
  const directions = { east: [1, 0], north: [0, 1], between: [1, 1], west: [-1, 0] };
  const models = Object.fromEntries(Object.entries(directions).map(([name, w]) => [name, linearScore(w).model]));
  const found = await transferMatrix(models, batch, attack, options);
  expect(found).toMatchObject({
    names: ['east', 'north', 'between', 'west'],
    attack: attack.label,
    threat: 'l2 eps 0.5',
  });
  const all = Object.values(directions);
  const score = (w: readonly number[], x: readonly number[]) => w[0] * x[0] + w[1] * x[1];
  for (const [a, source] of all.entries())
    for (const [b, target] of all.entries()) {
      const size = Math.hypot(...source);
      const still = rows.filter((x, at) => {
        const moved = x.map((value, j) => value - (0.5 * labels[at] * source[j]) / size);
        return labels[at] * score(target, x) > 0 && labels[at] * score(target, moved) > 0;
      });
      expect([a, b, found.accuracy[a][b].successes]).toEqual([a, b, still.length]);
      expect(found.cosines[a][b]).toBeAllClose(score(source, target) / size / Math.hypot(...target), {
        absolute: 1e-3,
      });
    }
  expect(found.clean[0].value).toBe(1);
  expect(found.clean[3].value).toBe(0);
});

test('is the same for any size of a slice, keeps no tensor, and refuses to compare nothing', async () => {
  const models = { a: reluNet(1, { inputs: 2 }), b: reluNet(2, { inputs: 2 }) };
  const whole = await transferMatrix(models, batch, attack, options);
  expect(await transferMatrix(models, batch, attack, { ...options, batchSize: 7 })).toEqual(whole);
  expect(whole.cosines[0][1]).toBe(whole.cosines[1][0]);
  expect(whole.cosines[0][0]).toBeAllClose(1, { absolute: 1e-12 });
  await expectNoLeak(() => transferMatrix(models, batch, attack, options));
  await expect(transferMatrix({}, batch, attack, options)).rejects.toThrow('at least one model');
});
