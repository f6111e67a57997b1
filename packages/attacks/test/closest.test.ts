import { type Attack, ball, key, l1, l2, linf, type Norm, type Threat } from '@advml/core';
import { smallNetworks } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { carliniWagner, ddn, deepFool, ead, fab, fmn, hopSkipJump } from '../src/index.ts';

beforeAll(() => useWasm());

const norms = [l1, l2, linf];
const networks = smallNetworks().slice(0, 3);

/** The share of examples that must be found within 1% of the closest error; every one of them must be found somewhere. */
const floors: readonly [string, readonly Norm[], number, (threat: Threat) => Attack][] = [
  ['deepFool', norms, 0.7, (threat) => deepFool({ threat })],
  ['fab', norms, 0.9, (threat) => fab({ threat })],
  ['fmn', norms, 0.9, (threat) => fmn({ threat })],
  ['ddn', [l2], 0.9, (threat) => ddn({ threat })],
  ['carliniWagner', [l2], 0.9, (threat) => carliniWagner({ threat, steps: 60, rate: 0.05 })],
  ['ead', [l1], 0.9, (threat) => ead({ threat, steps: 30 })],
  ['hopSkipJump', [l2, linf], 0.8, (threat) => hopSkipJump({ threat, steps: 15, probes: 50 })],
];

describe.each(norms)('on small ReLU networks in $name', (norm) => {
  const truth = networks.map((network) => network.closest(norm));
  const able = floors.filter(([, known]) => known.includes(norm));

  it.each(able)('%s finds every error, and most within 1%', (_, __, floor, make) => {
    const attack = make(ball(norm, Infinity));
    const ratios = networks.flatMap(({ model, x, labels }, at) => {
      const [points, y] = [tensor2d([...x]), labels()];
      const result = attack(model, points, y, { key: key('closest', at) });
      for (const tensor of [points, y, result.x]) tensor.dispose();
      return truth[at].map((size, row) => (result.success[row] ? result.distance[row] : Infinity) / size);
    });
    expect(ratios.every(Number.isFinite)).toBe(true);
    expect(Math.min(...ratios)).toBeGreaterThan(1 - 1e-4);
    expect(ratios.filter((ratio) => ratio <= 1.01).length / ratios.length).toBeGreaterThanOrEqual(floor);
  });
});
