import {
  type Attack,
  type AttackOptions,
  ball,
  type Classifier,
  classifier,
  key,
  l2,
  linf,
  margin,
  type Params,
  withMask,
} from '@advml/core';
import { symmetricTwoLayer } from '@advml/networks';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { mul, scalar, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PgdOptions, pgd } from '../src/index.ts';
import { type Ascent, type AscentPlan, graded, gramAscent, projectedAscent } from '../src/parts.ts';

const [EXAMPLES, INPUTS, NEURONS, EPS] = [60, 20, 50, 0.4];
const network = symmetricTwoLayer({ inputs: INPUTS, neurons: NEURONS, initialDeviation: 1 });
const options = { key: key('gram', 0) };

let params: Params;
let model: Classifier;
let x: Tensor;
let y: ReturnType<typeof tensor1d>;
beforeAll(async () => {
  await useWasm();
  params = { weight: tensor2d(key('gram', 'w').normal(NEURONS * INPUTS, 0.3), [NEURONS, INPUTS]), bias: scalar(0.5) };
  model = classifier(network, params);
  x = tensor2d(key('gram', 'x').normal(EXAMPLES * INPUTS, 0.5), [EXAMPLES, INPUTS]);
  y = tensor1d(numbersOf(tidy(() => model(x))).map((score) => (score > 0 ? 1 : -1)));
});

/** The model without a word about its inside: only ordinary ascent can attack it. */
const opaque: Classifier = (at) => model(at);

const threat = ball(l2, EPS);
const attackWith = (changes: Partial<PgdOptions>): Attack => pgd({ threat, steps: 20, ...changes });

describe('gram ascent', () => {
  const alternating = Array.from({ length: EXAMPLES }, (_, at) => (at % 2 ? 1 : -1));
  const plans: [string, Partial<PgdOptions>, Partial<AttackOptions>?][] = [
    ['from the inputs', { start: 'none' }],
    ['from random points, without early stop', { start: 'random', earlyStop: false }],
    ['with restarts', { restarts: 3 }],
    ['against targets', { start: 'none' }, { goal: { target: alternating } }],
    [
      'with a radius for each example',
      {},
      { eps: alternating.map((side, at) => EPS * (side > 0 ? 1 : at / EXAMPLES)) },
    ],
  ];

  it.each(plans)('finds what ordinary ascent finds, example by example: %s', (_, changes, more) => {
    const [gram, ordinary] = [model, opaque].map((each) => attackWith(changes)(each, x, y, { ...options, ...more }));
    expect(gram.success).toEqual(ordinary.success);
    expect(gram.gradients).toEqual(ordinary.gradients);
    expect(gram.zeroGradient).toEqual(ordinary.zeroGradient);
    const [a, b] = [numbersOf(gram.x), numbersOf(ordinary.x)];
    const apart = Array.from({ length: EXAMPLES }, (_, at) => {
      const difference = a.slice(at * INPUTS, (at + 1) * INPUTS).map((value, j) => value - b[at * INPUTS + j]);
      return Math.hypot(...difference) / EPS;
    });
    // An example in a hundred may part where a preactivation lies on the threshold.
    expect(apart.filter((distance) => distance > 1e-4).length).toBeLessThanOrEqual(1);
    expect(new Set(gram.success).size).toBe(2);
  });

  it('follows the gradient of a surrogate with the same weights', () => {
    const gradientModel = network.surrogate(params, 0.2);
    const blind: Classifier = (at) => gradientModel(at);
    const gram = attackWith({ start: 'none', gradientModel })(model, x, y, options);
    const ordinary = attackWith({ start: 'none', gradientModel: blind })(model, x, y, options);
    expect(gram.success).toEqual(ordinary.success);
    expect(gram.loss).toBeAllClose(ordinary.loss, { absolute: 1e-4 });
  });

  it('follows several networks, one after the other', () => {
    const models = [0.4, 0.2, 0.1].map((noise) => network.surrogate(params, noise));
    const plan = (gradientModels: readonly Classifier[]): AscentPlan => ({
      ...{ stepSizes: Array(20).fill(0.2), start: 'none', loss: margin, earlyStop: false },
      gradientModels,
    });
    const attackBy = (ascent: Ascent, followed = models) =>
      graded('several', threat, (task) => ascent.best(task, plan(followed)))(model, x, y, options);
    const [gram, ordinary, first] = [
      attackBy(gramAscent),
      attackBy(projectedAscent),
      attackBy(gramAscent, [models[0]]),
    ];
    expect(gram.loss).toBeAllClose(ordinary.loss, { absolute: 1e-4 });
    expect(gram.loss).not.toEqual(first.loss);
  });

  it('gives the last iterate for training, and leaves small batches to ordinary ascent', () => {
    const attack = attackWith({ start: 'none' });
    const [gram, ordinary] = [model, opaque].map((each) => attack.perturb(each, x, y, options));
    expect(gram).toBeAllClose(ordinary, { absolute: 1e-4 * EPS });
    expect(gram).not.toHaveSameBits(numbersOf(ordinary));
    const one = (each: Classifier) =>
      tidy(() =>
        numbersOf(attack.perturb(each, tensor2d(numbersOf(x).slice(0, INPUTS), [1, INPUTS]), tensor1d([1]), options)),
      );
    expect(one(model)).toHaveSameBits(one(opaque));
  });

  it('does not see the batch', () => {
    const attack = attackWith({ restarts: 2 });
    const whole = attack(model, x, y, options);
    const [inputs, labels] = [numbersOf(x), numbersOf(y)];
    for (const at of [0, 17, 59]) {
      const [row, label] = [
        tensor2d(inputs.slice(at * INPUTS, (at + 1) * INPUTS), [1, INPUTS]),
        tensor1d([labels[at]]),
      ];
      const alone = attack(model, row, label, { ...options, indices: [at] });
      expect(alone.x).toHaveSameBits(numbersOf(whole.x).slice(at * INPUTS, (at + 1) * INPUTS));
      expect(alone.gradients[0]).toBe(whole.gradients[at]);
    }
  });

  it('sees at once how many passes the model is spared', () => {
    let calls = 0;
    const counting = Object.assign(
      (at: Tensor) => {
        calls++;
        return model(at);
      },
      { ridges: model.ridges },
    );
    const passes = (attack: Attack, each: Classifier = counting) => {
      calls = 0;
      attack(each, x, y, options).x.dispose();
      return calls;
    };
    const patient = { start: 'none', earlyStop: false } as const;
    expect(passes(attackWith(patient))).toBe(2); // clean and graded
    expect(passes(attackWith({ ...patient, ascent: projectedAscent }))).toBe(23);
    expect(passes(attackWith({ ...patient, threat: ball(linf, 0.1) }))).toBe(23);
    expect(passes(attackWith({ ...patient, threat: ball(l2, EPS, { low: -9, high: 9 }) }))).toBe(23);
    const someOnly = withMask(
      threat,
      Array.from({ length: INPUTS }, (_, at) => at > 3),
    );
    expect(passes(attackWith({ ...patient, threat: someOnly }))).toBe(23);
    expect(passes(attackWith({ ...patient, steps: 2, ascent: gramAscent }))).toBe(5);
  });

  it('leaves examples without a gradient to ordinary ascent', () => {
    const asleep = { weight: params.weight, bias: scalar(3) };
    const quiet = classifier(network, asleep);
    const near = tidy(() => mul(x, 0.2));
    const attack = attackWith({ start: 'none', earlyStop: false, threat: ball(l2, 1) });
    const [gram, ordinary] = [quiet, (at: Tensor) => quiet(at)].map((each) => attack(each, near, y, options));
    expect(gram.zeroGradient).toEqual(ordinary.zeroGradient);
    expect(gram.zeroGradient.filter(Boolean).length).toBeGreaterThan(EXAMPLES / 2);
    expect(gram.x).toBeAllClose(ordinary.x, { absolute: 1e-4 });
    for (const tensor of [asleep.bias, near]) tensor.dispose();
  });

  it('keeps no tensor', () =>
    expectNoLeak(() => {
      attackWith({ restarts: 2 })(model, x, y, options).x.dispose();
      attackWith({}).perturb(model, x, y, options).dispose();
    }));
});
