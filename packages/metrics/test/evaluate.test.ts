// Attacks of all kinds on models that must raise each sign of a masked gradient, and on models that must not.
import { fgm, hopSkipJump, noise, pgd, square, transfer } from '@advml/attacks';
import {
  AbortedError,
  type Attack,
  type Batch,
  type Battery,
  ball,
  type Classifier,
  key,
  l2,
  linf,
  type Threat,
  withMask,
} from '@advml/core';
import { expectNoLeak, linearScore, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  add,
  cast,
  div,
  greater,
  mul,
  reshape,
  round,
  sin,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { type EvaluationPart, evaluate, type MaskingSign, secondOpinion } from '../src/index.ts';

const [count, width] = [60, 6];
const w = [1, -2, 0.5, 1, 0.3, -1];
const linear = linearScore(w);
const values = key('evaluate', 'x').normal(count * width);
const rows = Array.from({ length: count }, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width)));
const labels = rows.map((row, at) => (linear.loss(row, 1) < 0 === at % 10 > 0 ? 1 : -1)); // every tenth is wrong
const threat = ball(l2, 0.4);
const options = { key: key('evaluation', 3) };

// Equal short steps, which gradients that mislead catch more surely than long ones.
const patient = {
  attack: (own: Threat) => pgd({ threat: own, steps: 20, stepSize: 0.125 }),
  withSteps: (own: Threat, steps: number) => pgd({ threat: own, steps, stepSize: 2.5 / steps }),
};
const battery: Battery = [
  { kind: 'white-box', ...patient },
  { kind: 'one-step', attack: (own) => fgm({ threat: own }) },
  { kind: 'black-box', attack: (own) => square({ threat: own, queries: 300 }) },
  { kind: 'transfer', attack: (own) => transfer(pgd({ threat: own, steps: 20, earlyStop: false }), linear.model) },
  { kind: 'noise', attack: (own) => noise({ threat: own, draws: 5 }) },
];
let batch: Batch;
beforeAll(async () => {
  await useWasm();
  batch = { x: tensor2d(rows), y: tensor1d(labels) };
});

const known = (radius: number) =>
  rows.filter((row, at) => linear.worstLoss(row, labels[at], ball(l2, radius)) < 0).length;
const ids = async (model: Classifier, members: Battery = battery, on: Threat = threat): Promise<MaskingSign[]> =>
  (await evaluate(model, batch, on, members, options)).masking.map(({ id }) => id);

describe('evaluate', () => {
  test('of a linear model knows accuracy, curve and records in closed form, and raises no sign', async () => {
    const found = await evaluate(linear.model, batch, threat, battery, { ...options, eps: [0.1, 0.2, 0.8, 0] });
    expect(found.clean.successes).toBe(known(0));
    expect(found.accuracy.successes).toBe(known(0.4));
    expect(found.curve.map(({ eps }) => eps)).toEqual([0, 0.1, 0.2, 0.4, 0.8]);
    for (const { eps, accuracy } of found.curve) expect([eps, accuracy.successes]).toEqual([eps, known(eps)]);
    expect(found.masking).toEqual([]);
    expect([...found.checked].sort()).toEqual([
      'black-box-better',
      'large-eps-survivors',
      'loss-not-rising',
      'noise-as-good',
      'one-step-better',
      'transfer-better',
      'zero-gradients',
    ]);
    expect(found.threat).toBe('l2 eps 0.4');

    const size = Math.hypot(...w);
    for (const [at, record] of found.records.entries()) {
      const distance = -linear.loss(rows[at], labels[at]) / size;
      expect(record).toMatchObject({ index: at, correct: distance > 0, robust: distance > 0.4 });
      if (distance <= 0) expect(record).toMatchObject({ attack: null, distance: 0, gradients: 0, queries: 0 });
      else if (distance > 0.8) expect(record).toMatchObject({ attack: null, distance: null });
      else expect(record.distance).toBeGreaterThan(0.999 * distance);
      if (distance > 0.4) expect(record.loss).toBeAllClose((0.4 - distance) * size, { absolute: 1e-2 });
      if (distance > 0.4) expect(record.queries).toBeGreaterThanOrEqual(305);
    }
    const [whiteBox, oneStep, , , baseline] = found.attacks;
    expect(whiteBox.accuracy.successes).toBe(known(0.4));
    expect(oneStep.gradients).toBe(known(0));
    expect(baseline).toMatchObject({ kind: 'noise', gradients: 0, alone: 0 });
    expect(found.attacks.map(({ attack }) => attack)).toEqual(battery.map(({ attack }) => attack(threat).label));
    const spent = found.attacks.reduce((total, { gradients }) => total + gradients, 0);
    expect(found.cost.gradients).toBeGreaterThan(spent);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  test('records the step of the first success of an attack that stops there, and every attack its own distance', async () => {
    const [steps, stepSize] = [10, 0.125 * threat.eps];
    const members: Battery = [
      { kind: 'white-box', attack: (own) => pgd({ threat: own, steps, stepSize: 0.125, start: 'none' }) },
      { kind: 'noise', attack: (own) => noise({ threat: own, draws: 5 }) },
    ];
    const alone = { ...options, diagnosed: 0 };
    const { records, attacks } = await evaluate(linear.model, batch, threat, members, alone);
    const size = Math.hypot(...w);
    let broken = 0;
    for (const [
      at,
      { correct, robust, attack, distance, attackGradients, attackQueries, distances },
    ] of records.entries()) {
      if (!correct || robust) {
        expect({ attack, attackGradients, attackQueries, distances }).toEqual({
          attack: null,
          attackGradients: null,
          attackQueries: null,
          distances: [null, null],
        });
        continue;
      }
      broken++;
      const taken = Math.ceil(-linear.loss(rows[at], labels[at]) / size / stepSize); // straight to the boundary
      expect(distances[0]).toBeAllClose(taken * stepSize, { relative: 1e-4 });
      expect(distance).toBe(Math.min(...distances.map((own) => own ?? Infinity)));
      if (attack === attacks[0].attack)
        expect(attackGradients).toBe(1 + taken); // the start has a gradient too
      else expect([attackGradients, attackQueries && attackQueries <= 5]).toEqual([0, true]);
    }
    expect(broken).toBe(known(0) - known(0.4));
    expect(attacks.map(({ curve }) => curve)).toEqual([[], []]);
  });

  test('traces the curve of each attack alone: those of exact attacks and of their worst case are one', async () => {
    const eps = [0.1, 0.2, 0.8];
    const members: Battery = [battery[4], battery[0], battery[1]]; // noise, PGD, FGM
    const each = await evaluate(linear.model, batch, threat, members, { ...options, eps, eachCurve: true });
    const [weak, ...exact] = each.attacks;
    for (const { curve } of [...exact, each]) {
      expect(curve.map((point) => point.eps)).toEqual([0, 0.1, 0.2, 0.4, 0.8]);
      for (const point of curve) expect([point.eps, point.accuracy.successes]).toEqual([point.eps, known(point.eps)]);
    }
    for (const { attack, accuracy, curve } of each.attacks)
      expect([attack, curve[3].accuracy]).toEqual([attack, accuracy]);
    expect(weak.curve[4].accuracy.successes).toBeGreaterThan(known(0.8));
    for (const [at, { accuracy }] of weak.curve.entries())
      expect(accuracy.value).toBeLessThanOrEqual(weak.curve[Math.max(0, at - 1)].accuracy.value);
    const worst = await evaluate(linear.model, batch, threat, members, { ...options, eps });
    expect(worst.curve).toEqual(each.curve);
    expect(worst.cost.gradients).toBeLessThan(each.cost.gradients);
  });

  test('raises no sign at radius 0, where nothing moves', async () => {
    const found = await evaluate(linear.model, batch, ball(l2, 0), battery.slice(0, 1), { ...options, eps: [0.1] });
    expect(found).toMatchObject({ eps: 0, masking: [], checked: [], accuracy: found.clean });
    expect(secondOpinion(found).credibility).toBe('exact');
  });

  test('counts what a check with more steps breaks, also where labels do not tell the steps', async () => {
    const withSteps = (own: Threat, steps: number) => {
      const made = pgd({ threat: own, steps, stepSize: 0.05, start: 'none' });
      return Object.assign((...call: Parameters<Attack>) => made(...call), { ...made, label: 'mine' }) as Attack;
    };
    const members: Battery = [{ kind: 'white-box', attack: (own) => withSteps(own, 2), withSteps }];
    const { accuracy, attacks, curve, records } = await evaluate(linear.model, batch, threat, members, options);
    expect(attacks[0].accuracy.successes).toBe(known(0.1 * threat.eps));
    expect([accuracy.successes, curve[1].accuracy.successes]).toEqual([known(threat.eps), known(threat.eps)]);
    for (const { robust, loss, distance } of records) {
      expect(robust).toBe(loss < 0);
      if (!robust) expect(distance).toBeLessThanOrEqual(threat.eps);
    }
  });

  test('takes the worst case of each example over attacks that break different ones', async () => {
    const members: Battery = [6, 8].map((seed) => ({
      kind: 'transfer',
      attack: (own) =>
        transfer(pgd({ threat: own, steps: 10, stepSize: 0.25, earlyStop: false }), reluNet(seed, { inputs: width })),
    }));
    const found = await evaluate(reluNet(5, { inputs: width }), batch, ball(l2, 1.5), members, options);
    const [a, b] = found.attacks.map(({ accuracy, alone }) => ({ robust: accuracy.successes, alone }));
    expect(found.accuracy.successes).toBe(a.robust - b.alone);
    expect(found.accuracy.successes).toBe(b.robust - a.alone);
    expect(Math.min(a.alone, b.alone)).toBeGreaterThan(0);
    expect(found.checked).toEqual([]);
  });

  test('gives the same whatever the size of a slice, and whether or not it was stopped', async () => {
    const model = reluNet(5, { inputs: width });
    const all = { ...options, eps: [0.2] };
    const parts: EvaluationPart[] = [];
    const whole = await evaluate(model, batch, threat, battery, { ...all, onPart: (part) => parts.push(part) });
    expect(whole.accuracy.successes).toBeLessThan(whole.clean.successes);
    for (const batchSize of [7, 31])
      expect(await evaluate(model, batch, threat, battery, { ...all, batchSize })).toEqual(whole);

    const stop = new AbortController();
    const kept: string[] = [];
    const onPart = (part: EvaluationPart) => {
      kept.push(JSON.stringify(part));
      if (kept.length === 9) stop.abort();
    };
    const stopped = evaluate(model, batch, threat, battery, { ...all, batchSize: 16, onPart, signal: stop.signal });
    await expect(stopped).rejects.toThrow(AbortedError);
    const done = kept.map((line) => JSON.parse(line));
    const again: EvaluationPart[] = [];
    const more = { ...all, batchSize: 25, done, onPart: (part: EvaluationPart) => again.push(part) };
    expect(await evaluate(model, batch, threat, battery, more)).toEqual(whole);
    const size = (list: readonly EvaluationPart[]) =>
      list.reduce((total, { positions }) => total + positions.length, 0);
    expect(size(again)).toBe(size(parts) - size(done));

    const other = reluNet(6, { inputs: width });
    const fresh = await evaluate(other, batch, threat, battery, all);
    expect(await evaluate(other, batch, threat, battery, { ...all, done })).toEqual(fresh);
    const elsewhere = { ...all, indices: [...whole.records.keys()].map((at) => at + 1000) };
    expect(await evaluate(model, batch, threat, battery, { ...elsewhere, done })).toEqual(
      await evaluate(model, batch, threat, battery, elsewhere),
    );
  });

  test('takes no parts of other examples, labels or margins, also where some of these are the same', async () => {
    const answer = (at: number) => (x: Tensor) =>
      tidy(() => sub(mul(2, cast(greater(reshape(x, [-1]), at), 'float32')), 1) as Tensor1D);
    const line = (start: number): Batch => ({
      x: tensor2d(
        Float32Array.from({ length: 20 }, (_, at) => start + 0.01 * at),
        [20, 1],
      ),
      y: tensor1d(new Array(20).fill(1)),
    });
    const draws: Battery = [{ kind: 'noise', attack: (own) => noise({ threat: own, draws: 20 }) }];
    const found = (start: number, more: object) =>
      evaluate(answer(0), line(start), ball(l2, 1), draws, { ...options, diagnosed: 0, ...more });
    const done: EvaluationPart[] = [];
    await found(2, { onPart: (part: EvaluationPart) => done.push(part) });
    const near = await found(0.05, {});
    expect(near.accuracy.value).toBeLessThan(1);
    expect(await found(0.05, { done })).toEqual(near);
  });

  test('tells its progress up to the end, keeps no tensor, and refuses bad input', async () => {
    const seen: [number, number][] = [];
    await evaluate(linear.model, batch, threat, battery, {
      ...options,
      batchSize: 20,
      onProgress: (done, total) => seen.push([done, total]),
    });
    expect(seen.every(([done], at) => at === 0 || done >= seen[at - 1][0])).toBe(true);
    expect(seen.at(-1)).toEqual([9 * count, 9 * count]);
    await expectNoLeak(() => evaluate(linear.model, batch, threat, battery, { ...options, eps: [0.1] }));
    const refused = (members: Battery, on: Threat, more: object, message: string) =>
      expect(evaluate(linear.model, batch, on, members, { ...options, ...more })).rejects.toThrow(message);
    await refused([], threat, {}, 'at least one attack');
    await refused([{ ...battery[0], kind: 'whitebox' as never }], threat, {}, 'white-box, black-box, one-step');
    await refused(battery, ball(l2, Infinity), {}, 'eps must be finite');
    await refused(battery, threat, { eps: [-1] }, 'eps must be finite and >= 0');
    await refused(battery, threat, { diagnosed: -1 }, 'diagnosed must be');
    const parts: EvaluationPart[] = [];
    const few = battery.slice(0, 1);
    const whole = await evaluate(linear.model, batch, threat, few, { ...options, onPart: (part) => parts.push(part) });
    const [{ positions, outcomes }] = parts;
    const damaged = [
      { positions: [99] },
      { positions: positions.map((at) => at / 2) },
      { outcomes: outcomes.map(() => ({})) },
      { outcomes: [...outcomes.slice(1), { ...outcomes[0], distance: null }] },
      { warnings: undefined },
    ];
    for (const own of damaged) await refused(few, threat, { done: [{ ...parts[0], ...own }] }, 'does not fit');
    for (const done of [[null], [{}], {}, 'x', [{ ...parts[0], job: 1 }]])
      await refused(few, threat, { done }, Array.isArray(done) ? 'does not fit' : 'done must be an array');
    const other = { job: 'other work', positions: [99], outcomes: [], warnings: [] };
    expect(await evaluate(linear.model, batch, threat, few, { ...options, done: [other, ...parts] })).toEqual(whole);
    const stubborn: Battery = [{ kind: 'noise', attack: () => noise({ threat: ball(linf, 1) }) }];
    await refused(stubborn, threat, {}, 'must use the threat it is given');
  });

  test('looks for no large radii under a mask, where other examples may be out of reach', async () => {
    const own = withMask(threat, [true, true, true, false, false, false]);
    const { checked } = await evaluate(linear.model, batch, own, battery.slice(0, 1), options);
    expect(checked).toEqual(['zero-gradients', 'loss-not-rising']);
  });
});

describe('signs of a masked gradient', () => {
  const staircase: Classifier = (x) => tidy(() => linear.model(div(round(mul(x, 8)), 8)));

  test('none on a ReLU network', async () => {
    expect(
      await ids(
        reluNet(5, { inputs: width }),
        battery.filter(({ kind }) => kind !== 'transfer'),
      ),
    ).toEqual([]);
  });

  test('a staircase has no gradient: decisions, outputs and other models do better, and large radii do not break it', async () => {
    const members: Battery = [
      ...battery,
      { kind: 'black-box', attack: (own) => hopSkipJump({ threat: own, steps: 5 }) },
    ];
    const found = await evaluate(staircase, batch, threat, members, options);
    const signs = found.masking.map(({ id }) => id);
    for (const sign of ['zero-gradients', 'black-box-better', 'transfer-better', 'large-eps-survivors'] as const)
      expect(signs).toContain(sign);
    const zero = found.masking.find(({ id }) => id === 'zero-gradients');
    expect(zero?.figures).toEqual({ share: 1, examples: found.clean.successes });
    expect(zero?.message).toContain('100.0%');
  });

  test('ripples on a slope: small steps are caught in them, noise, outputs and other models are not', async () => {
    const rippled: Classifier = (x) =>
      tidy(() => add(linear.model(x), mul(0.05, sum(sin(mul(x, 200)), 1))) as Tensor1D);
    const loud: Battery = [...battery, { kind: 'noise', attack: (own) => noise({ threat: own, draws: 50 }) }];
    const found = await evaluate(rippled, batch, threat, loud, options);
    const expected = ['noise-as-good', 'black-box-better', 'transfer-better', 'large-eps-survivors', 'loss-not-rising'];
    expect(found.masking.map(({ id }) => id)).toEqual(expected);
    const { figures } = found.masking[4];
    expect(figures.many).toBeLessThan(figures.best);
  });

  test('one long step leaps over the dips in which many short ones end', async () => {
    const along = w.map((value) => value / Math.hypot(...w));
    const depths = key('evaluate', 'depth').uniform(count, 0.25, 0.38);
    const signs = key('evaluate', 'sign').signs(count);
    const x = tensor2d(Array.from(depths, (depth, at) => along.map((value) => signs[at] * depth * value)));
    const unit = linearScore(along);
    // Along the slope the score is u + sin(5 pi u) / 10: the same phase again after a step of 0.4.
    const dips: Classifier = (input) =>
      tidy(() => add(unit.model(input), div(sin(mul(unit.model(input), 5 * Math.PI)), 10)) as Tensor1D);
    const found = await evaluate(dips, { x, y: tensor1d(signs) }, threat, battery.slice(0, 2), options);
    expect(found.clean.value).toBe(1);
    expect(found.masking.map(({ id }) => id)).toContain('one-step-better');
  });
});
