import { ball, type Classifier, crossEntropy, exampleKeys, key, type Loss, l1, l2, linf, margin } from '@advml/core';
import { linearScore, numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { add, mul, reshape, sigmoid, slice, step, sub, sum, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fgm, mixtureStart, pgd } from '../src/index.ts';
import { gaussianStart, projectedAscent } from '../src/parts.ts';

beforeAll(() => useWasm());

const options = { key: key('pgd', 0) };

/** A model that counts its passes forward. */
function counted(model: Classifier): { model: Classifier; calls: () => number } {
  let calls = 0;
  const counting: Classifier = (x) => {
    calls++;
    return model(x);
  };
  return { model: counting, calls: () => calls };
}

describe('against brute force in two dimensions', () => {
  const net = reluNet(11, { inputs: 2, hidden: 12 });
  const centres = [
    [0.2, 0.1],
    [-0.4, 0.6],
    [0.9, -0.3],
    [-1, -1],
    [0.05, -0.9],
  ];
  const eps = 0.6;
  const sizes = {
    l1: (a: number, b: number) => Math.abs(a) + Math.abs(b),
    l2: Math.hypot,
    linf: (a: number, b: number) => Math.max(Math.abs(a), Math.abs(b)),
  };

  it.each([l1, l2, linf])('pgd comes as far as any point of a fine grid in $name, and no farther', (norm) => {
    const side = 201;
    const ticks = Array.from({ length: side }, (_, at) => eps * ((2 * at) / (side - 1) - 1));
    const grid = ticks.flatMap((a) => ticks.map((b) => [a, b])).filter(([a, b]) => sizes[norm.name](a, b) <= eps);
    const x = tensor2d(centres);
    const scores = numbersOf(tidy(() => net(x)));
    const y = tensor1d(scores.map((value) => (value > 0 ? 1 : -1)));
    const bests = centres.map(([a, b], at) => {
      const around = tidy(() => numbersOf(net(tensor2d(grid.map(([c, d]) => [a + c, b + d])))));
      return Math.max(...around.map((value) => -Math.sign(scores[at]) * value));
    });
    const attack = pgd({ threat: ball(norm, eps), steps: 60, stepSize: 0.1, restarts: 10, earlyStop: false });
    const { loss, success } = attack(net, x, y, options);
    expect(loss).toBeAllClose(bests, { absolute: 0.02 });
    expect(success).toEqual(bests.map((value) => value >= 0));
  });
});

describe('restarts', () => {
  const net = reluNet(3, { inputs: 6, hidden: 20 });
  const x = () => tensor2d(key('restarts', 'x').normal(60), [10, 6]);
  const y = () => tensor1d(Array.from({ length: 10 }, (_, at) => (at % 2 ? 1 : -1)));

  it('only add to what fewer restarts found', () => {
    const losses = [1, 2, 3, 6].map((restarts) => {
      const attack = pgd({ threat: ball(l2, 0.4), steps: 4, restarts, earlyStop: false });
      return attack(net, x(), y(), options).loss;
    });
    for (const [at, more] of losses.slice(1).entries()) {
      expect(more.every((value, row) => value >= losses[at][row])).toBe(true);
    }
    expect(losses[3]).not.toEqual(losses[0]);
  });

  it('go on with those that still stand', () => {
    const attack = (restarts: number) => pgd({ threat: ball(l2, 0.4), steps: 4, restarts });
    const [one, three] = [attack(1), attack(3)].map((each) => each(net, x(), y(), options));
    for (const [at, fooled] of one.success.entries()) {
      if (fooled) expect(three.gradients[at]).toBe(one.gradients[at]);
      else expect(three.gradients[at]).toBeGreaterThan(one.gradients[at]);
    }
    expect(new Set(one.success).size).toBe(2);
  });

  it('may start at the inputs first', () => {
    const threat = ball(l2, 0.4);
    const still = pgd({ threat, steps: 5, start: 'none' })(net, x(), y(), options);
    const mixed = pgd({ threat, steps: 5, start: 'first-at-x-then-random' })(net, x(), y(), options);
    expect(mixed.x).toHaveSameBits(still.x);
    const two = pgd({ threat, steps: 5, start: 'first-at-x-then-random', restarts: 2 })(net, x(), y(), options);
    expect(two.success.every((fooled, at) => fooled || !still.success[at])).toBe(true);
  });
});

describe('early stop', () => {
  const net = reluNet(4, { inputs: 6, hidden: 20 });
  const count = 24;
  const x = () => tensor2d(key('early', 'x').normal(count * 6), [count, 6]);
  const y = () => {
    const scores = numbersOf(tidy(() => net(x())));
    return tensor1d(scores.map((value) => (value > 0 ? 1 : -1)));
  };

  it('changes neither who is fooled nor any bit of those who are not', () => {
    const threat = ball(l2, 0.8);
    const plan = { threat, steps: 12, start: 'none' } as const;
    const stopped = pgd(plan)(net, x(), y(), options);
    const whole = pgd({ ...plan, earlyStop: false })(net, x(), y(), options);
    expect(stopped.success).toEqual(whole.success);
    const [a, b] = [numbersOf(stopped.x), numbersOf(whole.x)];
    for (const [at, fooled] of stopped.success.entries()) {
      if (fooled) expect(stopped.gradients[at]).toBeLessThanOrEqual(whole.gradients[at]);
      else expect(a.slice(at * 6, at * 6 + 6)).toHaveSameBits(b.slice(at * 6, at * 6 + 6));
    }
    expect(stopped.success.filter(Boolean).length).toBeGreaterThan(count / 4);
    expect(stopped.success.filter((fooled) => !fooled).length).toBeGreaterThan(2);
    expect(stopped.gradients.reduce((all, spent) => all + spent)).toBeLessThan(12 * count);
    expect(Array.from(whole.gradients)).toEqual(Array(count).fill(12));
  });

  it('gives each example what it gets when it is attacked alone', () => {
    const attack = pgd({ threat: ball(linf, 0.2), steps: 10, stepSize: 0.25, restarts: 3 });
    const whole = attack(net, x(), y(), options);
    const [rows, labels] = [numbersOf(x()), numbersOf(y())];
    const alone = labels.map((label, at) =>
      attack(net, tensor2d([rows.slice(at * 6, at * 6 + 6)]), tensor1d([label]), { ...options, indices: [at] }),
    );
    expect(alone.flatMap(({ x: each }) => numbersOf(each))).toHaveSameBits(whole.x);
    expect(alone.flatMap(({ gradients }) => [...gradients])).toEqual([...whole.gradients]);
    expect(new Set(whole.gradients).size).toBeGreaterThan(2);
  });
});

describe('a network that is flat between its thresholds', () => {
  // Counts how many entries are above 1: right for label -1 while none is, and without any gradient.
  const flat: Classifier = (x) => tidy(() => sub(sum(step(sub(x, 1)), 1), 0.5));
  const smooth: Classifier = (x) => tidy(() => sub(sum(sigmoid(mul(sub(x, 1), 4)), 1), 0.5));
  const x = () => tensor2d([Array(30).fill(0)]);
  const threat = ball(l2, 1.5);

  it('is beaten through a smoothed model, whose gradient is followed while the network judges', () => {
    const lost = pgd({ threat, steps: 20 })(flat, x(), tensor1d([-1]), options);
    expect(lost.zeroGradient).toEqual([true]);
    expect(lost.success).toEqual([false]);
    const tilted: Classifier = (input) =>
      tidy(() => add(smooth(input), mul(reshape(sum(mul(input, tensor1d([1, ...Array(29).fill(0)])), 1), [-1]), 1)));
    const found = pgd({ threat, steps: 20, gradientModel: tilted })(flat, x(), tensor1d([-1]), options);
    expect(found.success).toEqual([true]);
    expect(found.zeroGradient).toEqual([false]);
    expect(found.loss).toBeAllClose([0.5]);
  });
});

describe('the loss it climbs', () => {
  it('may be another one; the logistic and the margin give the same steps on a score', () => {
    const { model } = linearScore([1, -2, 0.5]);
    const x = tensor2d([[0.1, -0.3, 0.2]]);
    const y = tensor1d([1]);
    const run = (loss: Loss) => pgd({ threat: ball(l2, 0.1), steps: 5, loss })(model, x, y, options).x;
    expect(run(crossEntropy)).toBeAllClose(numbersOf(run(margin)), { absolute: 1e-6 });
  });

  it('vanishes with cross-entropy on a confident model, which is said, and not with the margin', () => {
    const { model } = linearScore([1000, -2000]);
    const x = tensor2d([[0.5, -0.5]]);
    const y = tensor1d([1]);
    const threat = ball(linf, 0.6);
    const run = (loss?: Loss) => fgm({ threat, loss })(model, x, y, options);
    expect(run(crossEntropy).zeroGradient).toEqual([true]);
    expect(run().zeroGradient).toEqual([false]);
    expect(run().success).toEqual([true]);
  });
});

describe('what it costs', () => {
  const net = reluNet(2, { inputs: 4 });
  const x = () => tensor2d(key('cost', 'x').normal(8), [2, 4]);
  const y = () => tensor1d([1, -1]);

  it('is one pass a step for training, and none to grade it', () => {
    const one = counted(net);
    fgm({ threat: ball(l2, 0.1) }).perturb(one.model, x(), y(), options);
    expect(one.calls()).toBe(1);
    const seven = counted(net);
    pgd({ threat: ball(l2, 0.1), steps: 7, restarts: 3 }).perturb(seven.model, x(), y(), options);
    expect(seven.calls()).toBe(7);
  });

  it('is three passes more for a graded result: at the input, at the last iterate, at the result', () => {
    const { model, calls } = counted(net);
    pgd({ threat: ball(l2, 0.001), steps: 7, earlyStop: false })(model, x(), y(), options);
    expect(calls()).toBe(7 + 3);
  });

  it('trains on the last iterate', () => {
    const { model } = linearScore([3, -4]);
    const points = pgd({ threat: ball(l2, 1), steps: 10, stepSize: 1 }).perturb(
      model,
      tensor2d([[5, 5]]),
      tensor1d([1]),
      options,
    );
    expect(points).toBeAllClose([5 - 0.6, 5 + 0.8], { absolute: 1e-3 });
  });
});

describe('where it starts and who climbs', () => {
  const { model } = linearScore([1, 2]);
  const x = () => tensor2d([[3, 0]]);
  const y = () => tensor1d([1]);
  const threat = ball(l2, 0.5);

  it('may be told, and is brought into the ball', () => {
    const seen: number[][] = [];
    const watching: Classifier = (input) => {
      seen.push(numbersOf(input));
      return model(input);
    };
    const start = () => tensor2d([[30, 40]]);
    pgd({ threat, steps: 1, start })(watching, x(), y(), options);
    expect(seen[1]).toBeAllClose([3.3, 0.4]);
  });

  it('may be the dense mixture', () => {
    const at = pgd({ threat, steps: 1, stepSize: 1e-6, start: mixtureStart({ threat, direction: [3, 4] }) });
    expect(at(model, x(), y(), options).x).toBeAllClose([3 - 0.3, -0.4], { absolute: 1e-5 });
  });

  it('may be another inner loop', () => {
    const shares: number[] = [];
    const ascent = {
      ...projectedAscent,
      best: (...[task, plan]: Parameters<typeof projectedAscent.best>) => {
        shares.push(...plan.stepSizes);
        return projectedAscent.best(task, plan);
      },
    };
    const other = pgd({ threat, steps: 5, ascent })(model, x(), y(), options);
    expect(other.x).toHaveSameBits(pgd({ threat, steps: 5 })(model, x(), y(), options).x);
    expect(shares).toBeAllClose([10 / 3, 8 / 3, 2, 4 / 3, 2 / 3]); // ten radii, falling evenly
  });
});

describe('gaussianStart', () => {
  it("is noise of the deviation from each example's own key, projected into the threat", () => {
    const keys = exampleKeys(key('start', 0), 3);
    const x = tensor2d(key('start', 'x').normal(3000), [3, 1000]);
    const labels = tensor1d([1, 1, -1]);
    const noise = gaussianStart(0.001)(x, labels, keys);
    const alone = gaussianStart(0.001)(slice(x, 1, 1), tensor1d([1]), keys.slice(1, 2));
    expect(alone).toHaveSameBits(slice(noise, 1, 1));
    expect(numbersOf(l2.size(noise)).map((size) => size / (0.001 * Math.sqrt(1000)))).toBeAllClose([1, 1, 1], {
      absolute: 0.1,
    });
    const wide = pgd({ threat: ball(linf, 0.01), steps: 1, stepSize: 1e-9, start: gaussianStart(1) });
    const flat: Classifier = (input) => sum(input, 1);
    const moved = tidy(() => sub(wide.perturb(flat, x, labels, options), x));
    expect(numbersOf(linf.size(moved))).toBeAllClose([0.01, 0.01, 0.01], { absolute: 1e-6 });
    expect(() => gaussianStart(-1)).toThrow(/deviation must be finite and >= 0 \(input units\), got -1/);
  });
});
