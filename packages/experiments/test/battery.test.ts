// The battery is as strong as each of its members on every example, and exact where the network is linear.

import { denseMixture, mixtureStart, noise, pgd, ridgeSearch } from '@advml/attacks';
import { type Attack, ball, classifier, disposeParams, key, l1, l2, linf, type Norm, type Params } from '@advml/core';
import { parseSetting, trainPlainly } from '@advml/runs';
import { expectNoLeak } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { matMul, mul, reshape, scalar, sum, type Tensor2D, tidy, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { experimentNamed, paperSetting } from '../src/index.ts';
import { paperBattery } from '../src/paper/battery.ts';
import { cleanPhase } from '../src/paper/training/phases.ts';
import { paperWorld, toCoefficients, toInputs } from '../src/paper/world.ts';

const { smoke } = experimentNamed('paper').presets;
const world = paperWorld(
  parseSetting(paperSetting, [
    smoke,
    { data: { dimension: 96 }, network: { neurons: 80 }, clean: { steps: 60, batch: 64, rate: 3 } },
  ]),
  1,
);
const { data, network, root } = world;
const [steps, restarts, attackKey] = [15, 2, key('battery', 0)];

/** Clean-trained, for inputs x. */
let params: Params;
beforeAll(async () => {
  await useWasm();
  const init = network.init(root.child('init'));
  const start = toCoefficients(data, init);
  const trained = await trainPlainly(cleanPhase(world, root.child('clean')), start);
  params = toInputs(data, trained);
  disposeParams(init, start, trained);
});

const batteryAt = (eps: number, of = params, norm: Norm = l2): Attack =>
  paperBattery({ threat: ball(norm, eps), steps, restarts, network, params: of, data });

/** What an attack does to the same fifty examples. */
function outcome(attack: Attack, of = params, as = attackKey) {
  const { x, y } = data.batch(root.child('test'), 50);
  const { x: worst, success, loss, distance } = attack(classifier(network, of), x, y, { key: as });
  disposeParams({ x, y, worst });
  return { success, loss, distance };
}

describe('the battery', () => {
  // A radius at which about half of the examples fall.
  const eps = 0.17;

  it('breaks whatever one of its members breaks, and drives no example less far', () => {
    const threat = ball(l2, eps);
    const mixture = { threat, direction: data.mixture };
    const members = [
      denseMixture(mixture),
      pgd({ threat, steps, start: 'none' }),
      ridgeSearch({ threat, steps, starts: [mixtureStart(mixture)], restarts }),
    ];
    const battery = batteryAt(eps);
    const all = outcome(battery);
    for (const [at, member] of members.entries()) {
      expect(battery.label).toContain(member.label);
      const alone = outcome(member, params, attackKey.child('member', at));
      for (const [example, success] of alone.success.entries()) {
        if (success) expect(all.success[example], `${member.label}, example ${example}`).toBe(true);
        if (!all.success[example]) expect(all.loss[example]).toBeGreaterThanOrEqual(alone.loss[example]);
      }
    }
    const broken = all.success.filter(Boolean).length;
    expect(broken).toBeGreaterThan(5);
    expect(broken).toBeLessThan(45);
  });

  it('breaks whatever ascents along the gradient with a single deviation of noise break', () => {
    const threat = ball(l2, eps);
    const gradientModel = network.surrogate(params, params.bias.dataSync()[0] / 5);
    const all = outcome(batteryAt(eps));
    const single = outcome(pgd({ threat, steps, restarts, gradientModel }));
    for (const [at, success] of single.success.entries()) if (success) expect(all.success[at]).toBe(true);
  });

  it('breaks more than noise of the same size', () => {
    const lost = outcome(noise({ threat: ball(l2, eps) })).success.filter(Boolean).length;
    expect(lost).toBe(0);
  });

  it('stays in its ball, and a larger ball breaks all that a smaller one breaks', () => {
    const [small, large] = [outcome(batteryAt(0.12)), outcome(batteryAt(0.24))];
    expect(Math.max(...small.distance)).toBeLessThanOrEqual(0.12 * (1 + 1e-5));
    for (const [at, success] of small.success.entries()) if (success) expect(large.success[at]).toBe(true);
  });

  it('leaves no tensor', async () => {
    await expectNoLeak(() => outcome(batteryAt(eps)));
  });
});

describe('on a network without a threshold, which is linear', () => {
  // f(x) = <sum_i w_i, x>, so the worst margin is y f(x) - eps |sum_i w_i|, in the dual norm.
  it.each([l1, l2, linf])('the battery finds the worst case in closed form: $name', (norm) => {
    const linear: Params = { weight: params.weight, bias: scalar(0) };
    const [clean, slope] = tidy(() => {
      const total = sum(params.weight as Tensor2D, 0, true); // [1, d]
      const { x, y } = data.batch(root.child('test'), 50);
      const scores = reshape(matMul(x as Tensor2D, total as Tensor2D, false, true), [-1]); // [batch]
      return [mul(scores, y).dataSync().slice(), norm.dual.size(total).dataSync()[0]];
    });
    const sorted = [...clean].sort((a, b) => a - b);
    const eps = (sorted[24] + sorted[25]) / 2 / slope; // half of the examples have a smaller margin
    const { success, loss } = outcome(batteryAt(eps, linear, norm), linear);
    for (const [at, margin] of clean.entries()) {
      const worst = margin - eps * slope;
      expect(success[at], `example ${at}`).toBe(worst < 0);
      if (!success[at]) expect(loss[at]).toBeCloseTo(-worst, 4);
    }
    expect(success.filter(Boolean)).toHaveLength(25);
    linear.bias.dispose();
  });

  it('and one that is zero falls without being moved', () => {
    const nothing: Params = { weight: zeros(params.weight.shape), bias: scalar(0) };
    expect(outcome(batteryAt(0.1, nothing), nothing).success).toEqual(Array(50).fill(true));
    disposeParams(nothing);
  });
});
