import { ball, key, l2 } from '@advml/core';
import { expectNoLeak, linearScore, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { sign, sub, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { pgd, transfer } from '../src/index.ts';

beforeAll(() => useWasm());

const threat = ball(l2, 0.5);
const options = { key: key('transfer', 0) };
const attack = pgd({ threat, steps: 40, start: 'none', earlyStop: false });
const points = [
  [0.3, 0],
  [0.45, 0.2],
  [0.7, 0],
];

it('moves along the source and is graded on the target', () => {
  const [source, target] = [linearScore([1, 1]), linearScore([1, 0])];
  const [x, y] = [tensor2d(points), tensor1d([1, 1, 1])];
  const result = transfer(attack, source.model)(target.model, x, y, options);
  const along = -0.5 / Math.SQRT2;
  expect(tidy(() => numbersOf(sub(result.x, x)))).toBeAllClose(Array(6).fill(along), { absolute: 1e-3 });
  expect(result.success).toEqual([true, false, false]);
  expect(result.loss).toBeAllClose(
    points.map(([first]) => -(first + along)),
    { absolute: 1e-3 },
  );
  const direct = attack(target.model, x, y, options);
  expect(direct.success).toEqual([true, true, false]);
  expect(result.gradients).toEqual(direct.gradients);
});

it('works where the target has no gradient, and says what it is', () => {
  const target = linearScore([1, 0]);
  const [x, y] = [tensor2d(points), tensor1d([1, 1, 1])];
  const steps = (input: Tensor) => tidy(() => sign(target.model(input) as Tensor));
  const transferred = transfer(attack, target.model);
  const { success, zeroGradient } = transferred(steps, x, y, options);
  expect(success).toEqual([true, true, false]);
  expect(zeroGradient).toEqual([false, false, false]);
  expect(transferred.label).toBe(`transfer of ${attack.label}`);
});

it('keeps no tensor', async () => {
  const [source, target] = [linearScore([1, 1]), linearScore([1, 0])];
  const [x, y] = [tensor2d(points), tensor1d([1, 1, 1])];
  await expectNoLeak(() => transfer(attack, source.model)(target.model, x, y, options).x.dispose());
});
