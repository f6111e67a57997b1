import { pgd } from '@advml/attacks';
import {
  type AnyClassifier,
  type Attack,
  type AttackOptions,
  type Batch,
  ball,
  type Classifier,
  key,
  l2,
} from '@advml/core';
import { expectNoLeak, linearScore, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { type Tensor, type Tensor1D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
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

test('cosines leave out examples that a box keeps one of the models from changing', async () => {
  const boxed = pgd({ threat: ball(l2, 0.3, { low: 0, high: 1 }), steps: 30, start: 'none', earlyStop: false });
  const models = Object.fromEntries(
    Object.entries({ east: [1, 0], north: [0, 1], between: [1, 1] }).map(([name, w]) => [
      name,
      linearScore(w, 0.1).model,
    ]),
  );
  const corners = [
    [0, 0.5],
    [0.5, 0],
    [0.5, 0.5],
  ];
  const cosines = async (count: number) => {
    const some = { x: tensor2d(corners.slice(0, count)), y: tensor1d(Array(count).fill(1)) };
    return (await transferMatrix(models, some, boxed, options)).cosines.flat();
  };
  // The first is at the bound of east's way and the second at that of north's: only the third is changed by both.
  const mean = (1 + Math.SQRT1_2) / 2;
  expect(await cosines(3)).toBeAllClose([1, 0, mean, 0, 1, mean, mean, mean, 1], { absolute: 1e-3 });
  const two = await cosines(2);
  expect([1, 3].map((at) => two[at])).toEqual([Number.NaN, Number.NaN]);
  expect(two.filter((value) => !Number.isNaN(value))).toBeAllClose(Array(7).fill(1));
});

test('is the same for any size of a slice, keeps no tensor, and refuses to compare nothing', async () => {
  const models = { a: reluNet(1, { inputs: 2 }), b: reluNet(2, { inputs: 2 }) };
  const whole = await transferMatrix(models, batch, attack, options);
  expect(await transferMatrix(models, batch, attack, { ...options, batchSize: 7 })).toEqual(whole);
  expect(whole.cosines[0][1]).toBe(whole.cosines[1][0]);
  expect(whole.cosines[0][0]).toBeAllClose(1, { absolute: 1e-12 });
  await expectNoLeak(() => transferMatrix(models, batch, attack, options));
  for (const none of [{}, undefined as never])
    await expect(transferMatrix(none, batch, attack, options)).rejects.toThrow('at least one model');
});

test('tells what the attack warned of, and on which model', async () => {
  const models = { plain: linearScore([1, 0]).model, other: linearScore([0, 1]).model };
  const { label, threat, perturb } = attack;
  const warned: Attack = Object.assign(
    (model: AnyClassifier, x: Tensor, y: Tensor1D, told: AttackOptions) => {
      const found = attack(model as Classifier, x, y, told);
      return { ...found, warnings: model === models.other ? ['it was cut short'] : [] };
    },
    { label, threat, perturb },
  ) as never;
  expect((await transferMatrix(models, batch, attack, options)).warnings).toEqual([]);
  const { warnings } = await transferMatrix(models, batch, warned, { ...options, batchSize: 20 });
  expect(warnings).toEqual(['other: it was cut short']);
});
