// On a linear model the worst perturbation is known: the score falls by eps times the dual norm of the weights.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { pgd } from '@advml/attacks';
import { ball, key, l1, l2, linf } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { memory, mul, sum, tensor1d, tensor2d } from '@tensorflow/tfjs-core';

before(() => useWasm());

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
    const result = pgd({ threat: ball(norm, 0.5), steps: 40 })(model, x, y, { key: key('built', 0) });
    const scores = model(result.x);
    assert.deepEqual([...result.success], [false, true]);
    [7, 0.3].forEach((clean, row) => {
      assert.ok(Math.abs(scores.dataSync()[row] - (clean - 0.5 * fall)) < 1e-3, `score ${scores.dataSync()[row]}`);
    });
    for (const each of [scores, result.x]) each.dispose();
    assert.equal(memory().numTensors, before);
    for (const each of [x, y]) each.dispose();
  });
}
