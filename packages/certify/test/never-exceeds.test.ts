// No certificate exceeds the margin that is found at any point of the threat: many random networks, points, norms, radii, boxes,
// masks. Points are looked for by an attack and by chance; their margins are those of plain loops in double precision.
import { pgd } from '@advml/attacks';
import {
  ball,
  type Certifier,
  classifier,
  disposeParams,
  key,
  l1,
  l2,
  linf,
  type StrictNorm,
  type Threat,
  withMask,
} from '@advml/core';
import { useWasm } from '@advml/wasm';
import { type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crown, intervalBound, lipschitzBound } from '../src/index.ts';
import { randomGraph, randomTwin, type TwinNetwork } from './plain-networks.ts';

beforeAll(async () => {
  await useWasm();
});

const CERTIFIERS: ((threat: Threat) => Certifier)[] = [
  (threat) => intervalBound({ threat }),
  (threat) => crown({ threat, neurons: 0 }),
  (threat) => crown({ threat, steps: 3 }), // never below plain CROWN
  (threat) => lipschitzBound({ threat }),
];

const EXAMPLES = 112;

/** Size of a perturbation in double precision. */
const sizes: Record<StrictNorm['name'], (delta: readonly number[]) => number> = {
  l1: (delta) => delta.reduce((sum, value) => sum + Math.abs(value), 0),
  l2: (delta) => Math.hypot(...delta),
  linf: (delta) => Math.max(...delta.map(Math.abs)),
};

/** The point of the threat on the way to another one that is as far as it may be. */
function within(threat: Threat, radius: number, x: readonly number[], to: readonly number[]): number[] {
  const delta = to.map((value, at) => (threat.mask && !threat.mask[at] ? 0 : value - x[at]));
  const size = sizes[(threat.norm as StrictNorm).name](delta);
  const share = size > radius ? (radius / size) * (1 - 1e-14) : 1;
  const moved = delta.map((value, at) => x[at] + share * value);
  const { low, high } = threat.box ?? { low: -Infinity, high: Infinity };
  return moved.map((value) => Math.min(Math.max(value, low), high));
}

const marginOf = (outputs: readonly number[], label: number) =>
  outputs.length === 1
    ? label * outputs[0]
    : outputs[label] - Math.max(...outputs.filter((_, other) => other !== label));

/** Numbers of a tensor, one list an example. */
const rowsOf = (made: Tensor): number[][] => {
  const numbers = made.dataSync();
  const size = numbers.length / made.shape[0];
  return Array.from({ length: made.shape[0] }, (_, at) => Array.from(numbers.subarray(at * size, (at + 1) * size)));
};

async function compare(seed: number, twin: TwinNetwork, norm: StrictNorm, kind: number) {
  const draw = key('case', seed, norm.name, kind);
  const inputs = twin.network.inputShape.reduce((product, length) => product * length, 1);
  const spread = { l1: Math.sqrt(inputs), l2: 1, linf: 1.5 / Math.sqrt(inputs) }[norm.name];
  const eps = spread * 10 ** draw.child('eps').uniform(1, -1.7, 0)[0];
  const box = kind % 2 === 1 ? { low: -0.2, high: 1 } : undefined;
  const mask = draw
    .child('mask')
    .uniform(inputs)
    .map((value) => (value < 0.6 ? 1 : 0));
  mask[0] = 1;
  const open = ball(norm, eps, box);
  const threat = kind >= 2 ? withMask(open, Array.from(mask, Boolean)) : open;
  const rows = Array.from({ length: EXAMPLES }, (_, at) =>
    Array.from(draw.child('x', at).normal(inputs, 0.7), (value) =>
      Math.fround(box ? Math.min(Math.max(value, -0.2), 1) : value),
    ),
  );
  const x = tensor(rows.flat(), [EXAMPLES, ...twin.network.inputShape]);
  const model = classifier(twin.network, twin.params);
  const outputs = rowsOf(model(x));
  const labels = outputs.map((out) => (out.length === 1 ? Math.sign(out[0]) || 1 : out.indexOf(Math.max(...out))));
  const radii = Array.from(draw.child('radii').uniform(EXAMPLES), (share, at) =>
    at === 0 ? 0 : eps * Math.sqrt(share),
  );
  const y = tensor1d(labels, outputs[0].length === 1 ? 'float32' : 'int32');

  const attack = pgd({ threat, steps: 4, earlyStop: false, start: 'none' });
  const { x: found } = attack(model, x, y, { key: draw.child('attack'), eps: radii });
  const corners = rows.map((row, at) =>
    Array.from(draw.child('corner', at).signs(inputs), (sign, entry) => row[entry] + sign * radii[at]),
  );
  const candidates = [rowsOf(found), corners].map((to) =>
    to.map((point, at) => within(threat, radii[at], rows[at], point)),
  );
  const seen = candidates.map((points) =>
    rowsOf(model(tensor(points.flat(), x.shape))).map((out, at) => marginOf(out, labels[at])),
  );
  const clean = outputs.map((out, at) => marginOf(out, labels[at]));
  const least = candidates[0].map((attacked, at) =>
    marginOf(twin.outputs(seen[0][at] <= seen[1][at] ? attacked : candidates[1][at]), labels[at]),
  );
  const bounds = [];
  for (const certifier of CERTIFIERS) bounds.push((await certifier(threat)(model, x, y, { eps: radii })).bound);
  return { bounds, least, clean };
}

describe('no bound exceeds a margin that is found', () => {
  const cases = [randomTwin, randomGraph].flatMap((make) =>
    Array.from({ length: make === randomTwin ? 12 : 8 }, (_, seed) => [make.name, seed, make] as const),
  );
  it.each(cases)('%s %i', async (_name, seed, make) => {
    const twin = make(seed);
    for (const norm of [l1, l2, linf])
      for (const kind of [seed % 2, 2 + ((seed >> 1) % 2)]) {
        const { bounds, least, clean } = await compare(seed, twin, norm, kind);
        for (const [certifier, bound] of bounds.entries()) {
          const broken = least.flatMap((margin, at) => (bound[at] <= margin ? [] : [{ at, margin, bound: bound[at] }]));
          expect(broken, `certifier ${certifier}, ${norm.name}, kind ${kind}`).toEqual([]);
          expect(bound[0], 'at radius 0 only rounding is left').toBeGreaterThan(
            clean[0] - 1e-3 * (1 + Math.abs(clean[0])),
          );
        }
      }
    disposeParams(twin.params);
  });
});
