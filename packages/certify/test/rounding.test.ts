// What float32 loses of weights, products and squares is counted by every bound.
import { ball, type Classifier, classifier, l1, l2, linf } from '@advml/core';
import { activation, dense, layeredNetwork, mlp, sequential } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { fill, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { crown, intervalBound, lipschitzBound } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

/** A chain of single neurons with relu between them; the last constant is given. */
function chain(weights: readonly number[], last: number): Classifier {
  const network = mlp({ inputs: 1, hidden: weights.slice(1).map(() => 1), outputs: 'score' });
  const params = Object.fromEntries(
    weights.flatMap((weight, at) => [
      [`layer${at + 1}.weight`, tensor2d([[weight]])],
      [`layer${at + 1}.bias`, tensor1d([at === weights.length - 1 ? last : 0])],
    ]),
  );
  return classifier(network, params);
}

describe('weights whose squares or products underflow in float32', () => {
  // f(x) = x - 1 for x >= 0 in all of them, so that its least value on [0.5, 3.5] is -0.5.
  const chains = [
    [1e-24, 1e12, 1e12],
    [1e12, 1e-24, 1e12],
    [1e12, 1e12, 1e-24],
    [1e-30, 1e15, 1e15],
    [1e30, 1e-15, 1e-15],
  ];
  for (const norm of [l1, l2, linf])
    test(`keep their norms and ranges, in ${norm.name}`, async () => {
      for (const weights of chains)
        for (const factory of [lipschitzBound, crown, intervalBound]) {
          const { bound } = await factory({ threat: ball(norm, 1.5) })(
            chain(weights, -1),
            tensor2d([[2]]),
            tensor1d([1]),
          );
          expect(bound[0], `${factory.name} ${weights}`).toBeLessThanOrEqual(-0.5);
          expect(bound[0], `${factory.name} ${weights}`).toBeGreaterThan(-0.52);
        }
    });

  test('are counted where the products themselves vanish', async () => {
    // 64 products of 4e-46, each of which float32 rounds to 0, before a relu and weights that bring their sum back to x.
    const network = layeredNetwork({
      inputShape: [1],
      name: 'vanishing',
      layers: sequential({
        a: dense({ neurons: 64, bias: false }),
        b: dense({ neurons: 1, bias: false }),
        relu: activation(),
        c: dense({ neurons: 1, bias: false }),
        d: dense({ neurons: 1 }),
      }),
    });
    const model = classifier(network, {
      'a.weight': fill([64, 1], 1e-30),
      'b.weight': fill([1, 64], 4e-16),
      'c.weight': tensor2d([[1e30]]),
      'd.weight': tensor2d([[-1e14 / 2.56]]),
      'd.bias': tensor1d([0.5]),
    });
    // In exact arithmetic y f = 0.5 - relu(x'), that is about -1 at x' = 1.5; in float32 it is 0.5 everywhere.
    for (const factory of [lipschitzBound, crown, intervalBound]) {
      const { bound } = await factory({ threat: ball(l2, 1.5) })(model, tensor2d([[0]]), tensor1d([1]));
      expect(bound[0], factory.name).toBeLessThanOrEqual(-0.9999);
    }
  });
});
