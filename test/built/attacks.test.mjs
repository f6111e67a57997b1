// On a linear model the worst perturbation is known: the score falls by eps times the dual norm of the weights.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { pgd } from '@advml/attacks';
import { ball, key, l1, l2, linf } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { memory, mul, sum, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';

before(() => useWasm());

const eps = 0.5;
const weights = [3, -4];
const model = (x) => sum(mul(x, weights), 1); // scores, [n]
const cases = [
  { norm: l1, fall: 4 },
  { norm: l2, fall: 5 },
  { norm: linf, fall: 7 },
];

for (const { norm, fall } of cases) {
  test(`PGD finds the worst ${norm.name} perturbation of a linear model`, () => {
    const x = tensor2d([
      [1, -1],
      [0.1, 0],
    ]);
    const y = tensor1d([1, 1]);
    const before = memory().numTensors;
    const result = pgd({ threat: ball(norm, eps), steps: 100 })(model, x, y, { key: key('built', 0) });
    const scores = tidy(() => model(result.x));
    const [far, near] = scores.dataSync();
    assert.deepEqual([...result.success], [false, true]);
    assert.ok(far >= 7 - eps * fall - 1e-5 && far <= 7 - 0.98 * eps * fall, `score ${far}`);
    assert.ok(near <= 0, `score ${near}`);
    for (const size of result.distance) assert.ok(size <= eps * (1 + 1e-5), `distance ${size}`);
    for (const each of [scores, result.x]) each.dispose();
    assert.equal(memory().numTensors, before);
    for (const each of [x, y]) each.dispose();
  });
}
