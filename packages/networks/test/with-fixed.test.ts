import { classifier, disposeParams, InputError, key, type Network } from '@advml/core';
import { describeNetwork, expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { grads, ones, scalar, sum, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { mlp, symmetricTwoLayer, withFixed } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const network = mlp({ inputs: 4, hidden: [5], outputs: 3 });

describe('withFixed', () => {
  it('is the network with some parameters given', () => {
    const { 'layer1.weight': first, 'layer1.bias': bias, ...rest } = network.init(key('init', 0));
    const held = withFixed(network, { 'layer1.weight': first, 'layer1.bias': bias });
    const x = ones([2, 4]);
    const all = { ...rest, 'layer1.weight': first, 'layer1.bias': bias };
    expect(held.apply(rest, x)).toHaveSameBits(network.apply(all, x));
    expect(numbersOf(held.init(key('init', 0))['layer2.weight'])).toEqual(numbersOf(rest['layer2.weight']));
    expect(Object.keys(held.init(key('init', 0)))).toEqual(['layer2.weight', 'layer2.bias']);
    expect(Object.keys(held.parameters ?? {})).toEqual(['layer2.weight', 'layer2.bias']);
    const slopes = (of: Network, params: typeof rest) =>
      grads((...at: Tensor[]) => sum(of.apply({ ...params, 'layer2.weight': at[0] }, x)))([rest['layer2.weight']])[0];
    expect(slopes(held, rest)).toHaveSameBits(slopes(network, all));
  });

  it('is still a sum of ridge functions where the network is one', () => {
    const symmetric = symmetricTwoLayer({ inputs: 3, neurons: 4, initialDeviation: 1 });
    const { weight, bias } = symmetric.init(key('init', 0));
    const ridges = classifier(withFixed(symmetric, { bias }), { weight }).ridges?.();
    expect(ridges?.weight).toBe(weight);
    expect(ridges?.knots).toEqual([bias.dataSync()[0]]);
    expect(classifier(withFixed(network, {}), {}).ridges?.()).toBeUndefined();
    const noisy = symmetricTwoLayer({ inputs: 3, neurons: 4, initialDeviation: 1, noise: 0.1 });
    expect(classifier(withFixed(noisy, { bias }), { weight }).nearRidges?.()).toEqual(
      noisy.nearRidges?.({ weight, bias }),
    );
  });

  it('keeps no tensor, and refuses a name that the network does not have', () =>
    expectNoLeak(() => {
      const held = { 'layer1.bias': ones([5]) };
      disposeParams(withFixed(network, held).init(key('init', 0)));
      const wrong = { bias: scalar(0) };
      expect(() => withFixed(network, wrong).init(key('init', 0))).toThrow(InputError);
      expect(() => withFixed(network, wrong).init(key('init', 0))).toThrow(
        /'bias' cannot be held: MLP 4-5-3 has layer1/,
      );
      disposeParams(held, wrong);
    }));
});

describeNetwork(withFixed(symmetricTwoLayer({ inputs: 4, neurons: 5, initialDeviation: 0.5 }), {}));
