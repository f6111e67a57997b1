// Certificates beside attacks, on linear models, whose worst case is known.
import { fgm, noise, pgd } from '@advml/attacks';
import {
  AbortedError,
  type Batch,
  type Battery,
  ball,
  type Certificates,
  type Certifier,
  key,
  l1,
  l2,
  linf,
  type Threat,
} from '@advml/core';
import { expectNoLeak, type LinearModel, linearLogits, linearScore } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { type EvaluationPart, evaluate, evaluationTable } from '../src/index.ts';
import { type Flaws, linearCertifier } from './simple-certifiers.ts';

const [count, width] = [60, 6];
const linear = linearScore([1, -2, 0.5, 1, 0.3, -1]);
const values = key('certified', 'x').normal(count * width);
const rows = Array.from({ length: count }, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width)));
const labels = rows.map((row, at) => (linear.loss(row, 1) < 0 === at % 10 > 0 ? 1 : -1)); // every tenth is wrong
const threat = ball(l2, 0.4);
const options = { key: key('certified', 3), eps: [0.1, 0.2, 0.8], diagnosed: 0 };
const strong: Battery = [{ kind: 'white-box', attack: (own) => pgd({ threat: own, steps: 20, stepSize: 0.25 }) }];
const weak: Battery = [{ kind: 'noise', attack: (own) => noise({ threat: own, draws: 2 }) }];
let batch: Batch;
beforeAll(async () => {
  await useWasm();
  batch = { x: tensor2d(rows), y: tensor1d(labels) };
});

const certifier =
  (flaws: Flaws = {}, model: LinearModel = linear) =>
  (own: Threat) =>
    linearCertifier(model, own, flaws);
const known = (radius: number) =>
  rows.filter((row, at) => linear.worstLoss(row, labels[at], ball(l2, radius)) < 0).length;

describe('certificates in evaluate', () => {
  test('of an exact certifier meet the attacks at every radius, and records tell bound, radius and verdict', async () => {
    const found = await evaluate(linear.model, batch, threat, strong, { ...options, certifiers: [certifier()] });
    for (const { eps, accuracy, certified, exact } of found.curve) {
      expect([eps, certified?.successes]).toEqual([eps, known(eps)]);
      expect(certified).toEqual(accuracy);
      expect(exact).toEqual(accuracy);
    }
    expect(found.certified?.accuracy).toEqual(found.accuracy);
    expect(found.certified?.exact).toEqual(found.accuracy);
    expect(found.certified?.undecided.successes).toBe(0);
    expect(found.certified?.certifiers).toEqual([{ certifier: certifier()(threat).label, accuracy: found.accuracy }]);
    for (const [at, { verdict, bound, certifiedRadius, correct }] of found.records.entries()) {
      const least = (radius: number) => -linear.worstLoss(rows[at], labels[at], ball(l2, radius));
      expect(verdict).toBe(least(0.4) > 0 ? 'certified' : 'broken');
      const largest = [0.8, 0.4, 0.2, 0.1].find((radius) => least(radius) > 0) ?? null;
      expect([bound, certifiedRadius]).toEqual(correct ? [least(0.4), largest] : [null, null]);
    }
    expect(found.warnings).toContain('a trial only');
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  test('leave a gap where they are loose or attacks are weak, and add up to what each alone certifies', async () => {
    const certifiers = [certifier({ loss: 0.9 }), certifier({ radius: 1.5 })];
    const { certified, accuracy, records, curve } = await evaluate(linear.model, batch, threat, weak, {
      ...options,
      certifiers,
    });
    const alone = [rows.filter((row, at) => linear.worstLoss(row, labels[at], threat) + 0.9 < 0).length, known(0.6)];
    expect(certified?.certifiers.map((own) => own.accuracy.successes)).toEqual(alone);
    expect(certified?.accuracy.successes).toBe(Math.max(...alone)); // one certifies all that the other does
    expect(certified?.undecided.successes).toBe(accuracy.successes - Math.max(...alone));
    expect(certified?.undecided.successes).toBeGreaterThan(3);
    expect(certified?.exact).toBeNull();
    expect(records.filter(({ verdict }) => verdict === 'undecided')).toHaveLength(certified?.undecided.successes ?? 0);
    for (const { eps, accuracy, certified } of curve)
      expect(certified?.successes).toBeLessThanOrEqual(Math.min(accuracy.successes, known(eps)));
  });

  test('grade the worst inputs of a proof: what a weak battery left they break, under the name of the certifier', async () => {
    const certifiers = [certifier({ tells: true })];
    const found = await evaluate(linear.model, batch, threat, weak, { ...options, certifiers });
    for (const { eps, accuracy, exact } of found.curve) {
      expect([eps, accuracy.successes]).toEqual([eps, known(eps)]);
      expect(exact).toEqual(accuracy);
    }
    expect(found.attacks[0].accuracy.successes).toBeGreaterThan(known(0.4));
    const byProof = found.records.filter(({ robust, attack }) => !robust && attack === certifiers[0](threat).label);
    expect(byProof.length).toBeGreaterThanOrEqual(found.attacks[0].accuracy.successes - known(0.4));
    for (const { index, loss, correct } of found.records)
      if (correct) expect(loss).toBeAllClose(linear.worstLoss(rows[index], labels[index], threat), { absolute: 1e-5 });
  });

  test('at a larger radius hold at the smaller ones, whatever the certifier says there', async () => {
    const forgetful = (own: Threat) => linearCertifier(linear, own, { loss: own.eps < 0.3 ? 100 : 0 });
    const { curve, records } = await evaluate(linear.model, batch, threat, strong, {
      ...options,
      certifiers: [forgetful],
    });
    const atLeast = (eps: number) => known(eps < 0.3 ? 0.4 : eps);
    for (const { eps, certified } of curve.slice(1)) expect(certified?.successes).toBe(atLeast(eps));
    expect(curve[0].certified).toEqual(curve[0].accuracy);
    expect(records.filter(({ certifiedRadius }) => certifiedRadius === 0.8)).toHaveLength(known(0.8));
  });

  test('are the same whatever the size of a slice, and whether or not the evaluation was stopped', async () => {
    const all = { ...options, certifiers: [certifier({ tells: true }), certifier({ loss: 0.1 })] };
    const parts: EvaluationPart[] = [];
    const whole = await evaluate(linear.model, batch, threat, weak, { ...all, onPart: (part) => parts.push(part) });
    expect(await evaluate(linear.model, batch, threat, weak, { ...all, batchSize: 7 })).toEqual(whole);
    const stop = new AbortController();
    const kept: string[] = [];
    const onPart = (part: EvaluationPart) => {
      kept.push(JSON.stringify(part));
      if (kept.length === 12) stop.abort();
    };
    const stopped = evaluate(linear.model, batch, threat, weak, { ...all, batchSize: 16, onPart, signal: stop.signal });
    await expect(stopped).rejects.toThrow(AbortedError);
    const again: EvaluationPart[] = [];
    const done = kept.map((line) => JSON.parse(line));
    const more = { ...all, done, onPart: (part: EvaluationPart) => again.push(part) };
    expect(await evaluate(linear.model, batch, threat, weak, more)).toEqual(whole);
    const size = (list: readonly EvaluationPart[]) => list.reduce((sum, { positions }) => sum + positions.length, 0);
    expect(size(again)).toBe(size(parts) - size(done));
    const seen: [number, number][] = [];
    await evaluate(linear.model, batch, threat, weak, { ...all, onProgress: (...step) => seen.push(step) });
    expect(seen.every(([done], at) => at === 0 || done >= seen[at - 1][0])).toBe(true);
    expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
    await expectNoLeak(() => evaluate(linear.model, batch, threat, weak, all));
  });

  test('that are exact are never taken for wrong, in any norm, on logits whose float32 values cancel', async () => {
    const drawn = key('certified', 'w').normal(3 * width);
    const weights = Array.from({ length: 3 }, (_, k) => Array.from(drawn.subarray(k * width, (k + 1) * width)));
    const logits = linearLogits(weights, [1000, 1000.5, 999.75]);
    const y = rows.map((row) => [0, 1, 2].find((k) => logits.loss(row, k) < 0) ?? 0);
    for (const norm of [l1, l2, linf]) {
      const own = ball(norm, 0.3, { low: -4, high: 4 });
      const certifiers = [certifier({ tells: true }, logits)];
      const examples = { x: batch.x, y: tensor1d(y, 'int32') };
      const { certified } = await evaluate(logits.model, examples, own, strong, { ...options, certifiers });
      expect(certified?.undecided.successes).toBe(0);
      expect(certified?.accuracy.successes).toBe(
        rows.filter((row, at) => logits.worstLoss(row, y[at], own) < 0).length,
      );
    }
  });

  test('that are wrong by little are found out: a radius 1% too small, a bound too high, a sign', async () => {
    const claims = (flaws: Flaws, battery: Battery = strong) =>
      expect(evaluate(linear.model, batch, threat, battery, { ...options, certifiers: [certifier(flaws)] })).rejects;
    await claims({ radius: 0.99 }).toThrow(/proves a margin of at least .* contradict each other/);
    await claims({ loss: -0.01 }).toThrow('contradict each other');
    await claims({ radius: -1 }).toThrow('contradict each other');
    await claims({ radius: 0.99, tells: false }, [{ kind: 'one-step', attack: (own) => fgm({ threat: own }) }]).toThrow(
      'contradict each other',
    );
    // What lies above the margin without any attack is wrong under the weakest battery.
    await claims({ radius: 0, loss: -0.05 }, weak).toThrow('contradict each other');
  });

  test('are refused where they are no factories, or speak of another threat', async () => {
    const refused = (certifiers: unknown, message: string) =>
      expect(evaluate(linear.model, batch, threat, weak, { ...options, certifiers } as never)).rejects.toThrow(message);
    await refused(certifier(), 'certifiers must be an array of functions');
    await refused([certifier()(threat)], 'a function that makes a certifier');
    await refused([() => certifier()(ball(l2, 1))], 'the certifier must use the threat it is given, l2 eps 0.4');
    await refused([() => ({})], 'evaluate takes a function that makes a certifier, such as (threat) => crown');
    await refused([async () => certifier()(threat)], 'got one that makes a promise');
    await refused([() => undefined], 'got one that makes undefined');
    await refused([() => Object.assign(() => 5, { label: 'mine' })], 'mine needs a threat');
  });

  test('are refused where they are none, whatever a certifier gives', async () => {
    const certifies = linearCertifier(linear, threat);
    const giving = (change: (given: Certificates) => unknown) => (own: Threat) =>
      Object.assign(async (...all: Parameters<Certifier>) => change(await certifies(...all)), {
        label: 'mine',
        threat: own,
      }) as unknown as Certifier;
    const refused = (change: (given: Certificates) => unknown, message: string) =>
      expect(
        evaluate(linear.model, batch, threat, weak, { ...options, eps: [], certifiers: [giving(change)] }),
      ).rejects.toThrow(message);
    await refused(() => 5, 'mine must give certificates { bound, certified, warnings }, got number 5');
    await refused(() => undefined, 'got undefined');
    await refused((given) => ({ ...given, warnings: undefined }), 'mine must give certificates');
    await refused((given) => ({ ...given, bound: given.bound.slice(1) }), 'numbers, one an example, got');
    await refused(
      (given) => ({ ...given, bound: given.bound.map(() => Number.NaN) }),
      'must hold numbers, got number NaN',
    );
    await refused(
      (given) => ({ ...given, bound: Array.from(given.bound, () => undefined) }),
      'must hold numbers, got undefined',
    );
    await refused((given) => ({ ...given, certified: [true] }), 'booleans, one an example, got 1');
    await refused(
      (given) => ({ ...given, bound: given.bound.map(() => -1) }),
      'must say whether the bound is positive',
    );
    await refused(
      (given) => ({ ...given, worst: new Float32Array(5) }),
      'the worst inputs of mine must be a Float32Array of',
    );
    await refused((given) => ({ ...given, worst: 5 }), 'one input an example, got number 5');
  });

  test('have lines of their own in the table', async () => {
    const certifiers = [certifier({ loss: 0.9 })];
    const found = await evaluate(linear.model, batch, threat, strong, { ...options, certifiers });
    const lines = evaluationTable(found).split('\n');
    const line = (start: string) => lines.find((text) => text.startsWith(start));
    const value = found.certified?.accuracy.value.toFixed(4);
    expect(line('certified by linear')).toContain(value);
    expect(line('certified  ')).toContain('no perturbation breaks these');
    expect(line('undecided')).toContain('between certified and attacked accuracy');
    expect(line('  eps 0.4:')).toContain(`, certified ${value}`);
  });
});
