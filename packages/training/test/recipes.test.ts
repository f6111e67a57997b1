// Losses and gradients of the recipes, against loops over doubles, finite differences and closed forms.
import { pgd } from '@advml/attacks';
import { gaussianStart } from '@advml/attacks/parts';
import {
  type Attack,
  ball,
  crossEntropy,
  exampleKeys,
  InputError,
  key,
  type Loss,
  l2,
  linf,
  type Mode,
  type Network,
  normalRows,
  type Params,
} from '@advml/core';
import { expectNoLeak, finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  concat,
  div,
  matMul,
  memory,
  reshape,
  type Scalar,
  scalar,
  slice,
  square,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adversarialObjective,
  awpObjective,
  cleanObjective,
  klDivergence,
  martObjective,
  minMaxObjective,
  mixedObjective,
  type Objective,
  type ObjectiveContext,
  partlyAdversarialObjective,
  tradesObjective,
} from '../src/index.ts';
import { classed, linearNetwork, noise, read, scored, steepest } from './models.ts';
import { kl, logitsOf, mean, shift, smoothNetwork, softmax } from './plain.ts';

beforeAll(async () => {
  await useWasm();
});

const moved = [0.3, -0.2, 0.5, -0.4];

const context = (overrides: Partial<ObjectiveContext> = {}): ObjectiveContext => ({
  network: smoothNetwork,
  params: smoothNetwork.init(key('init', 2)),
  batch: classed(key('batch', 2), 8, 4),
  key: key('step', 3),
  step: 3,
  ...overrides,
});

/** Class probabilities before and after the shift, and the label, of each example. */
function examples({ params, batch }: ObjectiveContext) {
  const { rows, labels } = read(batch);
  return rows.map((x, at) => ({
    clean: softmax(logitsOf(params, x)),
    worst: softmax(
      logitsOf(
        params,
        x.map((value, entry) => value + moved[entry]),
      ),
    ), // prettier-ignore
    label: labels[at],
  }));
}

function expectGradients(objective: Objective, given: ObjectiveContext): void {
  const { gradients } = objective(given);
  for (const name of Object.keys(given.params)) {
    const lossAt = (value: Params[string]) =>
      scalar(objective({ ...given, params: { ...given.params, [name]: value } }).loss);
    const slopes = finiteDifference((value) => lossAt(value) as Scalar, given.params[name]);
    expect(gradients[name]).toBeAllClose(slopes, { absolute: 2e-3 });
  }
}

describe('klDivergence', () => {
  it('of logits is the sum over classes, and of equal laws zero', () => {
    const [p, q] = [
      [1, -0.5, 0.2],
      [0.1, 0.7, -2],
    ];
    const expected = [kl(softmax(p), softmax(q)), 0, kl(softmax(q), softmax(p))];
    expect(klDivergence(tensor2d([p, p, q]), tensor2d([q, p, p]))).toBeAllClose(expected);
  });

  it('of scores is that of two classes', () => {
    const [a, b] = [0.8, -1.3].map((score) => softmax([0, score]));
    expect(klDivergence(tensor1d([0.8, -1.3]), tensor1d([-1.3, 0.8]))).toBeAllClose([kl(a, b), kl(b, a)]);
  });

  it('stays finite where a probability rounds to zero', () => {
    expect(klDivergence(tensor2d([[500, 0]]), tensor2d([[0, 500]]))).toBeAllClose([500]);
  });
});

describe('tradesObjective', () => {
  it('is the clean cross-entropy and beta times the mean divergence', () => {
    const given = context();
    const each = examples(given).map(({ clean, worst, label }) => -Math.log(clean[label]) + 6 * kl(clean, worst));
    const { loss, accuracy } = tradesObjective({ attack: shift(moved) })(given);
    expect(loss).toBeCloseTo(mean(each), 5);
    const right = examples(given).map(({ worst, label }) => (worst[label] === Math.max(...worst) ? 1 : 0));
    expect(accuracy).toBe(mean(right));
    expect(tradesObjective({ attack: shift(moved), beta: 0 })(given).loss).toBeCloseTo(cleanObjective()(given).loss, 6);
  });

  it('has the gradient of that, through both laws', () => {
    expectGradients(tradesObjective({ attack: shift(moved), beta: 2 }), context());
  });

  it('has its attack climb the divergence from the clean law to the moved one, which is not that of the way back', () => {
    const given = context();
    const far = examples(given).map((_, at) => [1.5 - at, 0.2 * at, -0.7]); // logits that the attack might reach
    let climbed: number[] = [];
    const asking = Object.assign(shift(moved), {
      perturb: (...[, x, rows, { goal }]: Parameters<Attack['perturb']>) => {
        if (typeof goal === 'function') climbed = [...numbersOf(tidy(() => goal(tensor2d(far), rows)))];
        return x.clone();
      },
    });
    tradesObjective({ attack: asking }).inner(given).dispose();
    expect(climbed).toBeAllClose(
      examples(given).map(({ clean }, at) => kl(clean, softmax(far[at]))),
      { absolute: 1e-5 },
    );
  });

  it('has an attack that ends where the divergence of a linear score is largest on its side', () => {
    // The divergence rises with the change of the score to either side; the start decides the side, the norm the corner.
    const [weight, eps] = [[0.7, -0.4, 0.2, 1.1], 0.3];
    const batch = scored(key('batch', 1), 12, 4);
    const given = context({
      network: linearNetwork(4),
      params: { weight: tensor1d(weight), bias: scalar(0.2) },
      batch,
    });
    const start = gaussianStart(0.001);
    const worst = tradesObjective({ attack: pgd({ threat: ball(linf, eps), steps: 10, start }) }).inner(given);
    const keys = exampleKeys(key('step', 3, 'attack'), 12).map((own) => own.child('restart', 0, 'start'));
    const starts = read({ x: normalRows(keys, [4], 0.001), y: batch.y }).rows;
    const expected = read(batch).rows.map((x, row) => {
      const side = Math.sign(starts[row].reduce((sum, value, entry) => sum + value * weight[entry], 0));
      return x.map((value, entry) => value + side * eps * Math.sign(weight[entry]));
    });
    expect(new Set(expected.map((x, row) => Math.sign(x[0] - read(batch).rows[row][0]))).size).toBe(2); // both sides occur
    expect(worst).toBeAllClose(expected.flat(), { absolute: 1e-6 });
  });

  it('shows each example its own clean output, also to an attack that takes the examples apart', () => {
    const given = context();
    const inner = pgd({ threat: ball(l2, 0.4), steps: 5, start: gaussianStart(0.001) });
    const apart = Object.assign((...given: Parameters<Attack>) => inner(...given), {
      label: inner.label,
      threat: inner.threat,
      perturb: (...[model, x, y, options]: Parameters<Attack['perturb']>) =>
        tidy(() =>
          concat(
            [4, 0].map((from) => {
              const indices = [0, 1, 2, 3].map((at) => from + at);
              const half = [slice(x, from, 4), slice(y, from, 4)] as const;
              return inner.perturb(model, half[0], half[1] as typeof y, { ...options, indices });
            }),
          ),
        ),
    }) as Attack;
    const whole = numbersOf(tradesObjective({ attack: inner }).inner(given));
    const halves = numbersOf(tradesObjective({ attack: apart }).inner(given));
    expect([...halves.slice(16), ...halves.slice(0, 16)]).toBeAllClose(whole, { absolute: 1e-5 });
  });

  it('refuses a negative beta', () => {
    expect(() => tradesObjective({ attack: shift(moved), beta: -1 })).toThrow(InputError);
  });
});

describe('martObjective', () => {
  const each = (given: ObjectiveContext, lambda: number) =>
    examples(given).map(({ clean, worst, label }) => {
      const rival = Math.max(...worst.filter((_, k) => k !== label));
      return -Math.log(worst[label]) - Math.log(1 - rival) + lambda * kl(clean, worst) * (1 - clean[label]);
    });

  it('is the boosted cross-entropy and the divergence weighed by the clean doubt', () => {
    const given = context();
    expect(martObjective({ attack: shift(moved) })(given).loss).toBeCloseTo(mean(each(given, 5)), 5);
    expect(martObjective({ attack: shift(moved), lambda: 0 })(given).loss).toBeCloseTo(mean(each(given, 0)), 5);
  });

  it('has the gradient of that', () => {
    expectGradients(martObjective({ attack: shift(moved), lambda: 2 }), context());
  });

  it('takes scores as two classes', () => {
    const weight = [0.7, -0.4, 0.2, 1.1];
    const batch = scored(key('batch', 1), 12, 4);
    const given = context({
      network: linearNetwork(4),
      params: { weight: tensor1d(weight), bias: scalar(0.2) },
      batch,
    });
    const score = (x: readonly number[]) => x.reduce((sum, value, entry) => sum + value * weight[entry], 0.2);
    const { rows, labels } = read(batch);
    const expected = rows.map((x, at) => {
      const [clean, worst] = [x, x.map((value, entry) => value + moved[entry])].map((point) =>
        softmax([0, score(point)]),
      );
      const own = labels[at] > 0 ? 1 : 0;
      return -2 * Math.log(worst[own]) + 5 * kl(clean, worst) * (1 - clean[own]);
    });
    expect(martObjective({ attack: shift(moved) })(given).loss).toBeCloseTo(mean(expected), 5);
  });

  it('stays finite for outputs that are sure of the wrong class', () => {
    const given = context();
    const params = { ...given.params, last: tidy(() => div(given.params.last, 1e-3)) };
    const { loss, gradients } = martObjective({ attack: shift(moved) })({ ...given, params });
    expect(Number.isFinite(loss)).toBe(true);
    for (const gradient of Object.values(gradients)) expect(numbersOf(gradient).every(Number.isFinite)).toBe(true);
  });
});

describe('mixtures', () => {
  const attack = pgd({ threat: ball(linf, 0.2), steps: 3, loss: crossEntropy });

  it('mixedObjective is the convex combination of clean and adversarial loss, value and gradient', () => {
    const given = context();
    const [clean, worst] = [cleanObjective()(given), adversarialObjective({ attack })(given)];
    const mixed = mixedObjective({ attack, weight: 0.3 })(given);
    expect(mixed.loss).toBeCloseTo(0.7 * clean.loss + 0.3 * worst.loss, 5);
    expect(mixed.accuracy).toBe(worst.accuracy);
    for (const name of Object.keys(given.params)) {
      const [a, b] = [clean, worst].map(({ gradients }) => numbersOf(gradients[name]));
      expect(mixed.gradients[name]).toBeAllClose(a.map((value, at) => 0.7 * value + 0.3 * b[at]));
    }
  });

  it('partlyAdversarialObjective is the adversarial loss of the first examples and the clean loss of the others', () => {
    const given = context();
    const part = (from: number, count: number) => ({
      x: slice(given.batch.x, from, count),
      y: slice(given.batch.y, from, count),
    });
    const worst = adversarialObjective({ attack })({ ...given, batch: part(0, 2) });
    const clean = cleanObjective()({ ...given, batch: part(2, 6) });
    const mixed = partlyAdversarialObjective({ attack, share: 0.25 })(given);
    expect(mixed.loss).toBeCloseTo(0.25 * worst.loss + 0.75 * clean.loss, 5);
    expect(mixed.accuracy).toBeCloseTo(0.25 * worst.accuracy + 0.75 * clean.accuracy, 12);
    const ends = [0, 1].map((share) => partlyAdversarialObjective({ attack, share })(given).loss);
    expect(ends).toBeAllClose([cleanObjective()(given).loss, adversarialObjective({ attack })(given).loss]);
  });

  it('partlyAdversarialObjective refuses a share that comes to no example', () => {
    const objective = partlyAdversarialObjective({ attack, share: 0.01 });
    expect(() => objective(context())).toThrow(/share must come to an example of 8, got 0.01/);
  });
});

describe('awpObjective', () => {
  /** `f(x) = <w, x>` with a loss of `f^2 / 2`: gradient and worst weights are known. */
  const product: Network = {
    name: 'product',
    inputShape: [2],
    output: 'score',
    init: () => ({ weight: tensor2d([[3], [4]]) }),
    apply: ({ weight }, x) => tidy(() => reshape(matMul(x as Tensor2D, weight as Tensor2D), [-1])),
  };
  const half: Loss = (output) => div(square(output), 2);
  const inner = adversarialObjective({ attack: shift([0, 0]), loss: half });
  const given = (): ObjectiveContext =>
    context({
      network: product,
      params: product.init(key('init', 0)),
      batch: { x: tensor2d([[2, -1]]), y: tensor1d([1]) },
    });

  it('takes the gradient of a quadratic at the weights moved by gamma |w| along it', () => {
    // f = 3 * 2 - 4 = 2, so the gradient is 2 (2, -1); |w| = 5, and f moves by gamma |w| |x|.
    const f = 2 + 0.1 * 5 * Math.sqrt(5);
    const { loss, gradients } = awpObjective(inner, { gamma: 0.1 })(given());
    expect(loss).toBeCloseTo((f * f) / 2, 5);
    expect(gradients.weight).toBeAllClose([2 * f, -f], { absolute: 1e-5 });
  });

  it('with gamma 0 is the objective itself, and a schedule may say so', () => {
    const schedule = (step: number) => (step === 3 ? 0 : 1);
    const { loss, gradients } = awpObjective(inner, { gamma: schedule })(given());
    expect(loss).toBeCloseTo(2, 6);
    expect(gradients.weight).toBeAllClose([4, -2]);
    expect(awpObjective(inner, { gamma: schedule })({ ...given(), step: 4 }).loss).toBeGreaterThan(50);
    expect(() => awpObjective(inner, { gamma: () => -1 })(given())).toThrow(/gamma at step 3 must be finite and >= 0/);
  });

  it('leaves a weight with no gradient, and those of one axis unless they are named', () => {
    const spent = given();
    const orthogonal = { ...spent, batch: { x: tensor2d([[4, -3]]), y: tensor1d([1]) } }; // f = 0
    expect(awpObjective(inner, { gamma: 0.1 })(orthogonal).loss).toBe(0);
    const linear = context({
      network: linearNetwork(2),
      params: { weight: tensor1d([3, 4]), bias: scalar(0) },
      batch: { x: tensor2d([[2, -1]]), y: tensor1d([1]) },
    });
    expect(awpObjective(inner, { gamma: 0.1 })(linear).loss).toBeCloseTo(2, 6);
    expect(awpObjective(inner, { gamma: 0.1, only: ['weight'] })(linear).loss).toBeCloseTo(
      (2 + 0.5 * Math.sqrt(5)) ** 2 / 2,
      5,
    );
    expect(() => awpObjective(inner, { only: ['wieght'] })(linear)).toThrow(/no parameter is called 'wieght'/);
  });

  it('leaves the state of the network, whose gradients an objective need not give', () => {
    const network: Network = { ...product, state: ['kept'] };
    const kept = tensor2d([[1, 1]]);
    const seen: Params[] = [];
    const trained = minMaxObjective({
      inner: inner.inner,
      outer: (at, x) => {
        seen.push(at.params);
        const { gradients, ...result } = inner.outer(at, x);
        return { ...result, gradients: { weight: gradients.weight } };
      },
    });
    const whole = { ...given(), network, params: { ...given().params, kept } };
    expect(awpObjective(trained, { gamma: 0.1 })(whole).loss).toBeCloseTo((2 + 0.5 * Math.sqrt(5)) ** 2 / 2, 5);
    expect(seen.map((params) => params.kept)).toEqual([kept, kept]);
    expect(() => awpObjective(trained, { only: ['kept'] })(whole)).toThrow("'kept' is state of the network");
  });

  it('looks for the inputs once, at the weights themselves', () => {
    const seen: number[][] = [];
    const attack = Object.assign(shift([0, 0]), {
      perturb: ((model, x) => {
        seen.push(numbersOf(model(x)));
        return x.clone();
      }) as Attack['perturb'],
    });
    awpObjective(adversarialObjective({ attack, loss: half }), { gamma: 0.1 })(given());
    expect(seen).toEqual([[2]]);
  });
});

describe('every recipe', () => {
  const attack = pgd({ threat: ball(linf, 0.2), steps: 2, loss: crossEntropy, start: gaussianStart(0.001) });
  const recipes: readonly (readonly [string, Objective])[] = [
    ['adversarial', adversarialObjective({ attack })],
    ['mixed', mixedObjective({ attack })],
    ['partly adversarial', partlyAdversarialObjective({ attack })],
    ['TRADES', tradesObjective({ attack })],
    ['MART', martObjective({ attack })],
    ['AWP', awpObjective(tradesObjective({ attack }))],
  ];

  it.each(recipes)('%s makes only its gradients, and leaves none when it fails', async (_name, objective) => {
    const given = context();
    const before = memory().numTensors;
    const { gradients } = objective(given);
    expect(memory().numTensors - before).toBe(Object.keys(gradients).length);
    const spoilt = { ...given, batch: { ...given.batch, y: tensor1d([0, 1, 2, 0, 1, 2, 0, 7], 'int32') } };
    await expectNoLeak(() => {
      for (const gradient of Object.values(objective(given).gradients)) gradient.dispose();
      expect(() => objective(spoilt)).toThrow(/labels must be class indices 0..2/);
    });
  });

  it.each(['evaluation', 'training'] as const)('shows the attack the network in %s mode if it is asked to', (mode) => {
    const modes: unknown[] = [];
    const apply = (params: Params, x: Params[string], seen?: Mode) => {
      modes.push(seen?.training ? seen.key?.path : 'evaluation');
      return smoothNetwork.apply(params, x, seen);
    };
    const given = context({ network: { ...smoothNetwork, apply } });
    const attack: Attack = Object.assign(steepest(ball(l2, 0.1)), { perturb: seeing });
    const own = 'step/3/network';
    const inner = mode === 'training' ? own : 'evaluation';
    for (const attackMode of mode === 'training' ? [mode] : [mode, undefined]) {
      modes.length = 0;
      adversarialObjective({ attack: noise(ball(l2, 0.1)), attackMode })(given);
      expect(modes).toEqual([own]);
      modes.length = 0;
      mixedObjective({ attack, attackMode })(given);
      martObjective({ attack, attackMode })(given);
      expect(modes).toEqual([inner, own, own, inner, own, own]);
      modes.length = 0;
      tradesObjective({ attack, attackMode })(given);
      expect(modes).toEqual([inner, inner, own, own]);
    }
  });
});

/** One pass of the model, and the inputs as they are. */
const seeing: Attack['perturb'] = (model, x) => {
  model(x).dispose();
  return x.clone();
};
