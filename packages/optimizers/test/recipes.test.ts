// The recipes against independent implementations in double precision and against closed forms.
import { InputError, key } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam, adamw, constant, linear, momentum, nesterov, sgd } from '../src/index.ts';
import { path } from './walk.ts';

beforeAll(async () => {
  await useWasm();
});

const random = (step: number) => Array.from(key('gradient', step).normal(3));
const start = [1, -2, 0.5];

describe('sgd', () => {
  it('shrinks the distance on a quadratic by 1 - rate * curvature at every step', () => {
    const curvatures = [1, 0.5, 0.1];
    const steps = path(sgd({ rate: 0.2 }), start, (w) => w.map((value, at) => curvatures[at] * value), 20);
    for (const [step, weight] of steps.entries()) {
      const expected = start.map((value, at) => value * (1 - 0.2 * curvatures[at]) ** (step + 1));
      expect(weight).toBeAllClose(expected, { relative: 1e-5 });
    }
  });

  it('follows a schedule from its step 0', () => {
    const rate = linear({ from: 1, to: 0, steps: 4 }); // 1, 0.75, 0.5, 0.25, 0
    const steps = path(sgd({ rate }), [0], () => [-1], 5).map(([value]) => value);
    expect(steps).toEqual([1, 1.75, 2.25, 2.5, 2.5]);
  });

  it('is constant(rate) where the rate is a number', () => {
    const go = (rate: number | ReturnType<typeof constant>) => path(sgd({ rate }), start, (_, step) => random(step), 3);
    expect(go(0.3)).toEqual(go(constant(0.3)));
  });
});

describe('momentum', () => {
  /** The two methods by their recurrences, in double precision. */
  function reference(rate: number, decay: number, ahead: boolean, steps: number): number[] {
    const weight = [...start];
    const velocity = weight.map(() => 0);
    for (let step = 0; step < steps; step++) {
      for (const [at, g] of random(step).entries()) {
        velocity[at] = decay * velocity[at] + g;
        weight[at] -= rate * (ahead ? g + decay * velocity[at] : velocity[at]);
      }
    }
    return weight;
  }

  it.each([
    ['momentum', momentum({ rate: 0.1, decay: 0.8 }), false],
    ['nesterov', nesterov({ rate: 0.1, decay: 0.8 }), true],
  ] as const)('%s follows its recurrence', (_name, optimizer, ahead) => {
    const steps = path(optimizer, start, (_, step) => random(step), 30);
    expect(steps[29]).toBeAllClose(reference(0.1, 0.8, ahead, 30), { absolute: 1e-5 });
  });

  it('reaches rate / (1 - decay) a step under a constant gradient', () => {
    const steps = path(momentum({ rate: 0.1 }), [0], () => [1], 200);
    expect(steps[198][0] - steps[199][0]).toBeCloseTo(0.1 / (1 - 0.9), 4);
  });

  it("nesterov's method on a quadratic is the classical one: the gradient taken ahead, at w + decay v", () => {
    // Classical form with v as a displacement: v' = decay v - rate grad(p + decay v), p' = p + v'. Ours follows w = p + decay v.
    const [rate, decay, curvature] = [0.1, 0.9, 0.7];
    let [position, displacement] = [1, 0];
    const expected = Array.from({ length: 25 }, () => {
      displacement = decay * displacement - rate * curvature * (position + decay * displacement);
      position += displacement;
      return position + decay * displacement;
    });
    const steps = path(nesterov({ rate, decay }), [1], ([w]) => [curvature * w], 25);
    expect(steps.flat()).toBeAllClose(expected, { absolute: 1e-5 });
  });
});

describe('adam', () => {
  /** Algorithm 1 of Kingma and Ba, line by line, with decoupled decay. */
  function reference({ rate = 0.05, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0 }, steps: number): number[] {
    const weight = [...start];
    const [m, v] = [weight.map(() => 0), weight.map(() => 0)];
    for (let t = 1; t <= steps; t++) {
      for (const [at, g] of random(t - 1).entries()) {
        m[at] = beta1 * m[at] + (1 - beta1) * g;
        v[at] = beta2 * v[at] + (1 - beta2) * g * g;
        const [mean, square] = [m[at] / (1 - beta1 ** t), v[at] / (1 - beta2 ** t)];
        weight[at] -= rate * (mean / (Math.sqrt(square) + epsilon) + decay * weight[at]);
      }
    }
    return weight;
  }

  it.each([1, 2, 3, 40])('agrees with the algorithm after %i steps', (steps) => {
    const weights = path(adam({ rate: 0.05 }), start, (_, step) => random(step), steps);
    expect(weights[steps - 1]).toBeAllClose(reference({}, steps), { absolute: 2e-5 });
  });

  it('takes its constants', () => {
    const options = { rate: 0.05, beta1: 0.5, beta2: 0.7, epsilon: 0.1 };
    const weights = path(adam(options), start, (_, step) => random(step), 10);
    expect(weights[9]).toBeAllClose(reference(options, 10), { absolute: 1e-5 });
  });

  it('first moves by the rate against the sign, whatever the size of the gradient', () => {
    const [weight] = path(adam({ rate: 0.01 }), [0, 0, 0], () => [1e-4, -3, 500], 1);
    expect(weight).toBeAllClose([-0.01, 0.01, -0.01], { relative: 1e-3 });
  });

  it('does not move where the gradient is zero', () => {
    expect(path(adam({ rate: 0.01 }), start, () => [0, 0, 0], 3)[2]).toEqual(start);
  });

  it('adamw decays apart from the scaling', () => {
    const weights = path(adamw({ rate: 0.05, weightDecay: 0.3 }), start, (_, step) => random(step), 40);
    expect(weights[39]).toBeAllClose(reference({ decay: 0.3 }, 40), { absolute: 2e-5 });
  });
});

describe('bad settings', () => {
  it.each([
    ['rate', () => sgd({ rate: -0.1 }), /rate must be finite and >= 0, got -0.1/],
    ['decay', () => momentum({ rate: 1, decay: 1.5 }), /decay must be between 0 and 1, got 1.5/],
    ['beta', () => adam({ rate: 1, beta1: 1 }), /1 - beta1 must be finite and > 0, got 0/],
    ['weight decay', () => adamw({ rate: 1, weightDecay: Number.NaN }), /weightDecay must be .* got NaN/],
    [
      'scheduled rate',
      () => path(sgd({ rate: () => Number.NaN }), [1], () => [1], 1),
      /rate at step 0 must be .* got NaN/,
    ],
    [
      'name',
      () => path(adamw({ rate: 1, only: ['wieght'] }), [1], () => [1], 1),
      /no parameter is called 'wieght'; there are weight/,
    ],
  ])('refuses a bad %s', (_name, work, message) => {
    expect(work).toThrow(InputError);
    expect(work).toThrow(message);
  });
});
