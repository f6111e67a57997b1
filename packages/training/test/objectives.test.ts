// Losses, accuracies and gradients against closed forms and finite differences.
import { ball, InputError, key, l1, l2, linf, type Mode, margin, type Network, type Params } from '@advml/core';
import { expectNoLeak, finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { memory, type Scalar, scalar, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adversarialObjective, cleanObjective, type ObjectiveContext } from '../src/index.ts';
import { classed, linearNetwork, noise, noisyNetwork, read, scored, steepest } from './models.ts';

beforeAll(async () => {
  await useWasm();
});

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((total, value, at) => total + value * b[at], 0);
const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
const softplus = (t: number) => Math.log1p(Math.exp(-Math.abs(t))) + Math.max(t, 0);

const linear = (overrides: Partial<ObjectiveContext> = {}): ObjectiveContext => ({
  network: linearNetwork(4),
  params: { weight: tensor1d([0.7, -0.4, 0, 1.1]), bias: scalar(0.2) },
  batch: scored(key('batch', 1), 12, 4),
  key: key('step', 3),
  step: 3,
  ...overrides,
});

/** Signed scores `y (<w, x> + b)` of the linear context, in double precision. */
function linearMargins({ params, batch }: ObjectiveContext): number[] {
  const { rows, labels } = read(batch);
  const [w, [b]] = [numbersOf(params.weight), numbersOf(params.bias)];
  return rows.map((x, at) => labels[at] * (dot(w, x) + b));
}

describe('cleanObjective', () => {
  it('gives the mean logistic loss of a linear score, its accuracy and its gradient', () => {
    const context = linear();
    const { loss, accuracy, gradients } = cleanObjective()(context);
    const margins = linearMargins(context);
    expect(loss).toBeCloseTo(mean(margins.map((m) => softplus(-m))), 5);
    expect(accuracy).toBe(mean(margins.map((m) => (m > 0 ? 1 : 0))));

    const { rows, labels } = read(context.batch);
    const slopes = margins.map((m, at) => -labels[at] / (1 + Math.exp(m))); // of the loss in the score
    expect(gradients.bias).toBeAllClose([mean(slopes)], { absolute: 1e-6 });
    const weight = [0, 1, 2, 3].map((entry) => mean(slopes.map((slope, at) => slope * rows[at][entry])));
    expect(gradients.weight).toBeAllClose(weight, { absolute: 1e-6 });
  });

  it('counts a tie as an error', () => {
    const batch = {
      x: tensor2d([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ]),
      y: tensor1d([1, 1]),
    };
    const params = { weight: tensor1d([0, 1, 0, 0]), bias: scalar(0) }; // scores 0 and 1
    expect(cleanObjective()(linear({ batch, params })).accuracy).toBe(0.5);
  });

  it('differentiates the mean cross-entropy of a network, noise included, as finite differences do', () => {
    const network = noisyNetwork(4);
    const params = network.init(key('init', 0));
    const context: ObjectiveContext = {
      network,
      params,
      batch: classed(key('batch', 0), 6, 4),
      key: key('step'),
      step: 0,
    };
    const objective = cleanObjective();
    const { gradients } = objective(context);
    for (const name of ['first.weight', 'first.bias', 'last.weight']) {
      const lossAt = (value: Params[string]) =>
        scalar(objective({ ...context, params: { ...params, [name]: value } }).loss);
      const slopes = finiteDifference((value) => lossAt(value) as Scalar, params[name]);
      expect(gradients[name]).toBeAllClose(slopes, { absolute: 1e-3 });
    }
  });

  it('gives zeros to a parameter that the loss does not depend on', () => {
    const network = noisyNetwork(4);
    const context = {
      network,
      params: network.init(key('init', 0)),
      batch: classed(key('batch'), 6, 4),
      key: key('step'),
      step: 0,
    };
    const { gradients } = cleanObjective()(context);
    expect(Object.keys(gradients)).toEqual(Object.keys(context.params));
    expect(numbersOf(gradients.unused)).toEqual([0, 0]);
  });

  it('takes another loss', () => {
    const context = linear();
    expect(cleanObjective({ loss: margin })(context).loss).toBeCloseTo(-mean(linearMargins(context)), 5);
  });

  it("applies the network once, in training, with a child of the step's key", () => {
    const { network, modes } = watched(linearNetwork(4));
    cleanObjective()(linear({ network }));
    expect(modes).toEqual([['training', 'step/3/network']]);
  });

  it('refuses labels of the wrong kind', () => {
    const batch = { x: tensor2d([[1, 2, 3, 4]]), y: tensor1d([2], 'int32') };
    expect(() => cleanObjective()(linear({ batch }))).toThrow(InputError);
    expect(() => cleanObjective()(linear({ batch }))).toThrow(/labels must be -1 or \+1 .* got 2/);
  });
});

describe('adversarialObjective', () => {
  const dualSize = {
    l1: (w: readonly number[]) => Math.max(...w.map(Math.abs)),
    l2: (w: readonly number[]) => Math.hypot(...w),
    linf: (w: readonly number[]) => w.reduce((total, value) => total + Math.abs(value), 0),
  };
  const eps = 0.3;

  it.each([l1, l2, linf])('for a linear score is softplus(eps |w|_dual - y f(x)) in $name', (norm) => {
    const context = linear();
    const worst = (w: readonly number[], margins: number[]) => margins.map((m) => m - eps * dualSize[norm.name](w));
    const margins = worst(numbersOf(context.params.weight), linearMargins(context));
    const { loss, accuracy } = adversarialObjective({ attack: steepest(ball(norm, eps)) })(context);
    expect(loss).toBeCloseTo(mean(margins.map((m) => softplus(-m))), 5);
    expect(accuracy).toBe(mean(margins.map((m) => (m > 0 ? 1 : 0))));
  });

  it.each([l1, l2, linf])('has the gradient of the worst-case loss of a linear score in $name', (norm) => {
    const context = linear({ params: { weight: tensor1d([0.7, -0.4, 0.2, 1.1]), bias: scalar(0.2) } });
    const worstLoss = (weight: Params[string]) => {
      const margins = linearMargins({ ...context, params: { ...context.params, weight } });
      return scalar(mean(margins.map((m) => softplus(eps * dualSize[norm.name](numbersOf(weight)) - m))));
    };
    const { gradients } = adversarialObjective({ attack: steepest(ball(norm, eps)) })(context);
    const slopes = finiteDifference((weight) => worstLoss(weight) as Scalar, context.params.weight);
    expect(gradients.weight).toBeAllClose(slopes, { absolute: 1e-4 });
  });

  it('shows the attack the network in evaluation, and makes one pass of its own', () => {
    const { network, modes } = watched(linearNetwork(4));
    adversarialObjective({ attack: steepest(ball(l2, eps)) })(linear({ network }));
    expect(modes).toEqual([
      ['evaluation', undefined],
      ['training', 'step/3/network'],
    ]);
  });

  it("draws the attack from the step's key alone", () => {
    const objective = adversarialObjective({ attack: noise(ball(l2, 1)) });
    const loss = (seed: number) => objective(linear({ key: key('step', seed) })).loss;
    expect(loss(1)).toBe(loss(1));
    expect(loss(1)).not.toBe(loss(2));
  });

  it('leaves the batch alive and unchanged', () => {
    const context = linear();
    const before = read(context.batch);
    adversarialObjective({ attack: steepest(ball(linf, eps)) })(context);
    expect(read(context.batch)).toEqual(before);
  });
});

describe('objectives', () => {
  it.each([
    ['clean', cleanObjective()],
    ['adversarial', adversarialObjective({ attack: steepest(ball(l2, 0.1)) })],
  ])('%s makes only its gradients', async (_name, objective) => {
    const context = linear();
    const before = memory().numTensors;
    const { gradients } = objective(context);
    expect(memory().numTensors - before).toBe(Object.keys(gradients).length);
    await expectNoLeak(() => {
      for (const gradient of Object.values(objective(context).gradients)) gradient.dispose();
    });
  });
});

/** A network that notes how it is applied. */
function watched(inner: Network): { network: Network; modes: unknown[][] } {
  const modes: unknown[][] = [];
  const apply = (params: Params, x: Params[string], mode?: Mode) => {
    modes.push([mode?.training ? 'training' : 'evaluation', mode?.key?.path]);
    return inner.apply(params, x, mode);
  };
  return { network: { ...inner, apply }, modes };
}
