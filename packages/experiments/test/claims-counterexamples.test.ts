// Networks for which claims of the paper must not hold, though one of their numbers looks well: measured, then judged.

import { key, type Params } from '@advml/core';
import { type ClaimRule, parseSetting } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { paperSetting } from '../src/index.ts';
import { c20 } from '../src/paper/certification/claims/c20.ts';
import { c9 } from '../src/paper/overfitting/claims/c9.ts';
import { c4 } from '../src/paper/purification/claims/c4.ts';
import { c5 } from '../src/paper/purification/claims/c5.ts';
import { c6 } from '../src/paper/purification/claims/c6.ts';
import { c8 } from '../src/paper/purification/claims/c8.ts';
import { measureFeatures } from '../src/paper/purification/features.ts';
import { paperWorld } from '../src/paper/world.ts';
import { measuresOf } from './measures.ts';

const [m, d] = [600, 512];
const setting = parseSetting(paperSetting, [
  { data: { dimension: d, dictionary: 'identity' }, network: { neurons: m } },
]);
const world = paperWorld(setting, 1);
const { wStar } = world.data;

beforeAll(() => useWasm());

type Weights = Float64Array;
const weights = (of: (neuron: number, feature: number) => number): Weights =>
  Float64Array.from({ length: m * d }, (_, at) => of(Math.floor(at / d), at % d));
const random = (name: string): Weights => Float64Array.from(key('counterexample', name).normal(m * d));

/** The neuron that starts furthest ahead on each feature. */
const luckiest = (w0: Weights) =>
  Array.from({ length: d }, (_, j) => {
    const ahead = Array.from({ length: m }, (_, i) => w0[i * d + j] * wStar[j]);
    return ahead.indexOf(Math.max(...ahead));
  });

const w0 = random('w0');
const winners = luckiest(w0);
/** Thirteen features that a neuron's number decides, with either sign, and those that its start was lucky with. */
const features = weights((i, j) => {
  if (winners[j] === i) return wStar[j];
  const own = (j + d - (i % 40)) % 40 === 0;
  return own ? (Math.floor(j / 40) % 2 === 0 ? 1 : -1) * wStar[j] : 0;
});
const noise = random('noise');
const plus = (mixture: number, rest: number, to = features): Weights =>
  to.map((value, at) => value + mixture * wStar[at % d] + rest * noise[at]);
/** As the theory has it: a dense mixture and some noise, most of which adversarial training takes away. */
const [w, wPrime] = [plus(0.07, 0.06), plus(0, 0.02)];

/** The claims about weights, of a network that is otherwise as all claims want it, unless w' is not robust. */
function verdicts(networks: { w0?: Weights; w: Weights; wPrime: Weights }, robustOfRobust = 1000) {
  const params = (values: Weights): Params => ({
    weight: tensor2d(Float32Array.from(values), [m, d]) as Tensor2D,
    bias: tensor1d([0]),
  });
  const all = { init: params(networks.w0 ?? w0), clean: params(networks.w), robust: params(networks.wPrime) };
  const measures = { ...measuresOf({ robustOfRobust }), ...measureFeatures(world, all) };
  for (const { weight, bias } of Object.values(all)) for (const tensor of [weight, bias]) tensor.dispose();
  const kept = JSON.parse(JSON.stringify(measures)) as typeof measures; // as a run reads them
  const holds = ({ find }: ClaimRule<typeof measures, typeof setting>) => find(kept, setting).holds;
  return { C4: holds(c4), C5: holds(c5), C6: holds(c6), C8: holds(c8), C20: holds(c20) };
}

describe('claims about the weights', () => {
  it('hold where adversarial training takes away the mixture and little else', () => {
    expect(verdicts({ w, wPrime })).toEqual({ C4: true, C5: true, C6: true, C8: true, C20: true });
  });

  it("C5 and C6 do not hold where w' is w, or all but w, whatever the share of cosines", () => {
    for (const same of [w, plus(0.07, 0.061)])
      expect(verdicts({ w, wPrime: same })).toMatchObject({ C5: false, C6: false });
  });

  it("C5, C6 and C20 do not hold where w' is w times .4, whose singular values fall as far", () => {
    expect(verdicts({ w, wPrime: w.map((value) => 0.4 * value) })).toMatchObject({ C5: false, C6: false, C20: false });
  });

  it("C5 does not hold where w' is not robust", () => {
    expect(verdicts({ w, wPrime }, 990)).toMatchObject({ C5: false, C6: true });
  });

  it('C5 does not hold where what was taken away is noise', () => {
    expect(verdicts({ w: plus(0.02, 0.1), wPrime })).toMatchObject({ C5: false });
  });

  it('none but C4 holds for random networks, nor that where they stay at their start', () => {
    const [a, b] = [random('a'), random('b')];
    expect(verdicts({ w: a, wPrime: b })).toMatchObject({ C4: true, C5: false, C6: false, C8: false });
    expect(verdicts({ w: w0, wPrime: w0 })).toMatchObject({ C4: false, C5: false, C6: false });
  });

  it('C4 does not hold where one neuron of all has stayed', () => {
    const stayed = (values: Weights) => values.map((value, at) => (at < d ? w0[at] : value));
    expect(verdicts({ w: stayed(w), wPrime: stayed(wPrime) })).toMatchObject({ C4: false, C5: true });
  });

  it('C6 does not hold where the mixture goes into noise on all other features', () => {
    expect(verdicts({ w, wPrime: plus(0, 0.12) })).toMatchObject({ C4: true, C6: false });
  });

  it('C8 does not hold where neurons carry what others were lucky with', () => {
    const other = features.map((_, at) => features[(at + d) % (m * d)]);
    const networks = { w: plus(0.07, 0.06, other), wPrime: plus(0, 0.02, other) };
    expect(verdicts(networks)).toEqual({ C4: true, C5: true, C6: true, C8: false, C20: true });
  });

  it('none holds for a constant network', () => {
    const zero = weights(() => 0);
    expect(verdicts({ w: zero, wPrime: zero })).toEqual({ C4: false, C5: false, C6: false, C8: false, C20: false });
  });
});

describe('claims about accuracies', () => {
  it('C9 does not hold where a variant withstands all attacks on what it was trained on', () => {
    const holds = (seenOfVariant: number | null) => c9.find(measuresOf({ seenOfVariant }), setting as never).holds;
    expect([holds(5), holds(1000), holds(null)]).toEqual([true, false, false]);
  });
});
