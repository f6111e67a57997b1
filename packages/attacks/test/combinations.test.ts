import { ball, type Classifier, dlr, inputGradient, key, l1, l2, linf, margin, type Norm } from '@advml/core';
import { linearLogits, numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  add,
  argMax,
  matMul,
  mul,
  reshape,
  stack,
  type Tensor,
  tensor1d,
  tensor2d,
  tidy,
  unstack,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  apgd,
  battery,
  expectation,
  fgm,
  type NoisyClassifier,
  noise,
  pgd,
  restarts,
  targetedSweep,
  worstOf,
} from '../src/index.ts';
import { graded } from '../src/parts.ts';

beforeAll(() => useWasm());

const options = { key: key('combinations', 0) };

describe('targetedSweep', () => {
  // From class 0 at x = 0, class 1 is the strongest but grows too slowly; 2 grows with the first entry, 3 with the second.
  const { model } = linearLogits(
    [
      [0, 0],
      [-0.1, -0.1],
      [1, 0],
      [0, 2],
    ],
    [0, -0.1, -0.6, -0.8],
  );
  const x = () => tensor2d([[0, 0]]);
  const y = () => tensor1d([0], 'int32');

  /** The classes that a sweep aims at, in their order. */
  function aimedAt(classes?: number, order?: 'nearest' | 'logits', named?: readonly number[]): number[] {
    const rivals: number[] = [];
    const watched = graded('watched', ball(linf, 0.45), (task) => {
      rivals.push(...(task.rivals ?? []));
      return {
        delta: tensor2d([[0, 0]]),
        gradients: new Int32Array(1),
        zeroGradient: [false],
      };
    });
    const { gradients } = targetedSweep(watched, classes, { order })(model, x(), y(), { ...options, rivals: named });
    expect([...gradients]).toEqual([order === 'logits' ? 0 : 3]); // one for each class whose distance is measured
    return rivals;
  }

  it('tries the wrong classes in the order of their logits, or of the distances of flat boundaries', () => {
    expect(aimedAt(undefined, 'logits')).toEqual([1, 2, 3]);
    expect(aimedAt(2, 'logits')).toEqual([1, 2]);
    // Gaps 0.1, 0.6, 0.8 over slopes whose absolute values add up to 0.2, 1, 2: distances 0.5, 0.6, 0.4.
    expect(aimedAt()).toEqual([3, 1, 2]);
    expect(aimedAt(1)).toEqual([3]);
  });

  it('finds the class that the strongest one hides, and stops at the first that is reached', () => {
    const threat = ball(linf, 0.45);
    const plain = fgm({ threat });
    expect(plain(model, x(), y(), options).success).toEqual([false]);
    for (const order of ['nearest', 'logits'] as const) {
      const swept = targetedSweep(plain, 9, { order })(model, x(), y(), options);
      expect(swept.success).toEqual([true]);
      expect([...swept.gradients]).toEqual([order === 'logits' ? 3 : 1 + 3]);
      expect(numbersOf(swept.x)[1]).toBeAllClose(0.45);
    }
    expect(targetedSweep(plain, 2, { order: 'logits' })(model, x(), y(), options).success).toEqual([false]);
    expect(targetedSweep(plain, 1)(model, x(), y(), options).success).toEqual([true]);
  });

  it('leaves a class without a slope for last', () => {
    const flat: Classifier = (input) => tidy(() => mul(model(input), tensor1d([1, 1, 1, 0])));
    const rivals: number[] = [];
    const watched = graded('watched', ball(l2, 0.01), (task) => {
      rivals.push(...(task.rivals ?? []));
      return { delta: zerosLike(task.x), gradients: new Int32Array(1), zeroGradient: [false] };
    });
    const biased: Classifier = (input) => tidy(() => add(flat(input), tensor1d([1, 0, 0, 0])));
    targetedSweep(watched)(biased, x(), y(), options);
    expect(rivals.at(-1)).toBe(3);
  });

  it('is the attack itself for scores, two classes, and goals of another kind', () => {
    const threat = ball(l2, 0.3);
    const attack = apgd({ threat, steps: 5 });
    const same = (each: Classifier, labels: number[], dtype: 'float32' | 'int32', goal?: { target: number[] }) => {
      const inputs = tensor2d(key('same', 'x').normal(8), [2, 4]);
      const [one, many] = [attack, targetedSweep(attack)].map((own) =>
        own(each, inputs, tensor1d(labels, dtype), { ...options, goal }),
      );
      expect(many.x).toHaveSameBits(one.x);
    };
    same(reluNet(1, { inputs: 4 }), [1, -1], 'float32');
    same(reluNet(1, { inputs: 4, output: 'logits' }), [0, 2], 'int32', { target: [1, 1] });
    const two: Classifier = (input) => tidy(() => matMul(input as ReturnType<typeof tensor2d>, tensor2d([[1, 0], [0, 1], [1, 1], [0, 2]]))); // biome-ignore format: a matrix
    same(two, [0, 1], 'int32');
  });

  it('leaves rivals to whoever names them, as another sweep does', () => {
    expect(aimedAt(2, 'logits', [3])).toEqual([3]);
  });

  it('takes dlr, whose targeted form needs four classes', () => {
    const attack = targetedSweep(apgd({ threat: ball(linf, 0.45), steps: 10, loss: dlr }));
    expect(attack(model, x(), y(), options).success).toEqual([true]);
    const three = reluNet(1, { inputs: 4, output: 'logits' });
    const call = () => attack(three, tensor2d([[1, 2, 3, 4]]), tensor1d([0], 'int32'), options);
    expect(call).toThrow(/targetedDlr needs logits of at least 4 classes, got logits of 3 classes; use margin/);
  });
});

describe("the paper's battery", () => {
  const direction = [1, -1, 2];

  it('is the mixture and ascents from the input, the mixture and random points', () => {
    const members = battery('paper', { direction, steps: 7 });
    expect(members.map(({ kind }) => kind)).toEqual(['black-box', 'white-box', 'white-box', 'white-box']);
    const labels = members.map(({ attack }) => attack(ball(l2, 0.1)).label);
    expect(labels[0]).toBe('dense mixture-l2');
    expect(labels.slice(1)).toEqual([
      'PGD-l2, 7 steps, no random start',
      'PGD-l2, 7 steps, chosen start',
      'PGD-l2, 7 steps, 2 restarts',
    ]);
  });

  it('needs a direction', () => {
    expect(() => battery('paper', {} as never)).toThrow(/needs a direction/);
    expect(() => battery('best' as never)).toThrow(/must be 'standard' or 'paper', got string best/);
    expect(() => battery({ steps: 3 } as never)).toThrow(/must be 'standard' or 'paper', got a record { steps }/);
  });
});

describe('the standard battery', () => {
  const labels = (norm: Norm) => battery('standard').map(({ attack }) => attack(ball(norm, 0.1)).label);

  it('is that of AutoAttack', () => {
    expect(labels(linf)).toEqual([
      'APGD-linf, 100 steps, crossEntropy',
      'APGD-linf, 100 steps, dlrOrMargin, towards up to 9 wrong classes',
      'FAB-linf, 100 steps, towards up to 9 wrong classes',
      'Square-linf, 5000 queries',
    ]);
    expect(labels(l1).slice(0, 3)).toEqual([
      'APGD-l1, 100 steps, crossEntropy, shrinking balls, 5 times',
      'APGD-l1, 100 steps, dlrOrMargin, shrinking balls, towards up to 5 wrong classes',
      'FAB-l1, 100 steps, towards up to 9 wrong classes',
    ]);
    expect(battery('standard').map(({ kind }) => kind)).toEqual(['white-box', 'white-box', 'white-box', 'black-box']);
    const four = battery('standard', { targets: 4 }).slice(1, 3);
    for (const { attack } of four)
      for (const norm of [linf, l1]) expect(attack(ball(norm, 0.1)).label).toContain('towards up to 4 wrong classes');
    const patient = battery('standard')[1].withSteps?.(ball(l2, 0.1), 7);
    expect(patient?.label).toContain('7 steps');
  });

  it('breaks a confident model, on which the cross-entropy has no slope', () => {
    const sharp: Classifier = (input) => tidy(() => mul(reluNet(5, { inputs: 4, output: 'logits' })(input), 1e4));
    const x = tensor2d(key('battery', 'x').normal(80), [20, 4]);
    const y = tensor1d(
      tidy(() => Array.from(argMax(sharp(x), 1).dataSync())),
      'int32',
    );
    const members = battery('standard', { steps: 20, queries: 50 }).map(({ attack }) => attack(ball(l2, 0.8)));
    const [entropy, all] = [members[0], worstOf(members)].map((attack) => attack(sharp, x, y, options));
    const fooled = ({ success }: typeof all) => success.filter(Boolean).length;
    expect(entropy.zeroGradient).toContain(true);
    expect(fooled(all)).toBeGreaterThan(fooled(entropy));
    const plain = pgd({ threat: ball(l2, 0.8), steps: 100, restarts: 3 })(sharp, x, y, options);
    expect(fooled(all)).toBeGreaterThanOrEqual(fooled(plain));
  });
});

describe('restarts', () => {
  it('are the ensemble of the attack with itself', () => {
    const x = tensor2d(key('restarts', 'x').normal(40), [10, 4]);
    const y = tensor1d(Array.from({ length: 10 }, (_, at) => (at % 2 ? 1 : -1)));
    const once = noise({ threat: ball(l2, 0.4) });
    const net = reluNet(3, { inputs: 4 });
    const [three, ensemble] = [restarts(once, 3), worstOf([once, once, once])].map((each) => each(net, x, y, options));
    expect(three.x).toHaveSameBits(ensemble.x);
    expect(restarts(once, 3).label).toBe('noise-l2, 1 draw, 3 times');
  });
});

describe('expectation', () => {
  /** A linear score whose weights wobble. */
  const noisy: NoisyClassifier = (x, own) =>
    tidy(() => {
      const w = add(tensor2d([[1], [-2]]), tensor2d(own.normal(2), [2, 1]));
      return reshape(matMul(x as ReturnType<typeof tensor2d>, w), [-1]);
    });
  const draws = 50;
  const source = key('draws', 0);
  const steady = () => expectation(noisy, { draws, key: source });
  const weights = () => {
    const all = Array.from({ length: draws }, (_, at) => source.child('draw', at).normal(2));
    return [1, -2].map((value, entry) => value + all.reduce((total, own) => total + own[entry], 0) / draws);
  };

  it('has the mean of the outputs and of the gradients', () => {
    const x = tensor2d([
      [1, 0],
      [0, 1],
    ]);
    expect(tidy(() => numbersOf(steady()(x)))).toBeAllClose(weights(), { absolute: 1e-5 });
    const { gradient } = inputGradient(steady(), x, tensor1d([-1, -1]), margin);
    expect(gradient).toBeAllClose([...weights(), ...weights()], { absolute: 1e-5 });
  });

  it('makes a gradient attack find the worst case of the mean, the same for any batch', () => {
    const attack = fgm({ threat: ball(l2, 0.5) });
    const x = tensor2d([
      [1, 0],
      [0.3, 0.1],
    ]);
    const run = (part: Tensor, labels: number[], indices: number[]) =>
      numbersOf(attack(steady(), part, tensor1d(labels), { ...options, indices }).x);
    const whole = run(x, [1, 1], [0, 1]);
    const w = weights();
    const size = Math.hypot(...w);
    expect(whole.slice(0, 2)).toBeAllClose([1 - (0.5 * w[0]) / size, (-0.5 * w[1]) / size], { absolute: 1e-5 });
    const alone = tidy(() => unstack(x).flatMap((row, at) => run(stack([row]), [1], [at])));
    expect(alone).toHaveSameBits(whole);
  });

  it('refuses no draws', () => {
    expect(() => expectation(noisy, { draws: 0, key: source })).toThrow('draws must be an integer >= 1');
  });
});
