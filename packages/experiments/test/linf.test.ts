// Claim C12: its radii have closed forms, FGSM training minimizes the worst loss in l-infinity, a run measures all and resumes.
import { ball, disposeParams, key, l1, l2, linf, type Params } from '@advml/core';
import { sparseCoding } from '@advml/data';
import { type Overrides, parseSetting, resumeRun, startRun } from '@advml/runs';
import { fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { memory, mul, scalar, sum, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { paper, paperClaims, paperSetting } from '../src/index.ts';
import type { LinfMeasures, NormRobustness, PerNorm } from '../src/paper/linf/measures.ts';
import { linf as part } from '../src/paper/linf/part.ts';
import { fgsmPhase } from '../src/paper/linf/stages.ts';
import { threatIn } from '../src/paper/linf/threats.ts';
import { paperWorld } from '../src/paper/world.ts';
import { judge } from './judge.ts';
import { thousandths } from './measures.ts';
import { Killed, leavings, openStore, textOf, tiny } from './tiny.ts';

beforeAll(async () => {
  await useWasm();
});

const settingWith = (...changes: Overrides[]) => parseSetting(paperSetting, changes);

describe('the radius of a norm', () => {
  it('is tau sqrt(pi / 2) / sqrt(d) in linf with a random dictionary: 1.2 tau / sqrt(d)', () => {
    expect(threatIn(linf, settingWith())).toEqual(ball(linf, 0.00368)); // 1.2533 * 0.115 / 39.19
    expect(threatIn(linf, settingWith({ tau: 0.2, data: { dimension: 400 } })).eps).toBe(0.0125);
  });

  it('is tau itself in l2, and tau sqrt(d) / 3.51 in l1, 3.51 being the median of the largest of 1536 Gaussians', () => {
    expect(threatIn(l2, settingWith({ tau: 0.12345 })).eps).toBe(0.12345);
    expect(threatIn(l1, settingWith()).eps).toBe(1.28);
  });

  it('is that of single entries where M is the identity', () => {
    const setting = settingWith({ tau: 0.2, data: { dimension: 400, dictionary: 'identity' } });
    expect([l1, l2, linf].map((norm) => threatIn(norm, setting).eps)).toEqual([4, 0.2, 0.01]);
  });

  it('takes its multiple in linf only', () => {
    const setting = settingWith({ linf: { multiple: 3 } });
    expect([l1, l2, linf].map((norm) => threatIn(norm, setting).eps)).toEqual([1.28, 0.115, 0.011]);
  });

  it.each(['orthonormal', 'identity'] as const)(
    'gains about tau along the mixture of a dictionary: %s',
    (dictionary) => {
      const setting = settingWith({ data: { dimension: 600, dictionary } });
      const gains = [1, 2, 3].flatMap((seed) => {
        const { mixture } = sparseCoding({ ...setting.data, key: key('data', seed) });
        return [l1, l2, linf].map((norm) => {
          const size = tidy(() => norm.dual.size(tensor2d(mixture, [1, 600])).dataSync()[0]);
          return (threatIn(norm, setting).eps * size) / setting.tau;
        });
      });
      for (const gain of gains) expect(Math.abs(gain - 1)).toBeLessThan(dictionary === 'identity' ? 0.005 : 0.15);
    },
  );
});

describe('FGSM training', () => {
  it('minimizes the loss at the worst point of the ball, which for a network without threshold has a closed form', async () => {
    // f(x) = <s, x> with s = sum_i w_i, so the worst loss is the mean of log(1 + exp(eps |s|_1 - y <s, x>)).
    const world = paperWorld(settingWith({ ...tiny.overrides[0], tau: 0.5 }), 3);
    const phase = fgsmPhase(world);
    const weight = tidy(() => mul(world.network.init(world.root.child('init')).weight, 2e3)) as Tensor2D;
    const params: Params = { weight, bias: scalar(0) };
    const { x, y } = phase.batches(0);
    const slope = tidy(() => sum(weight, 0).dataSync<'float32'>().slice());
    const [inputs, labels] = [x.dataSync(), y.dataSync()];
    const reach = threatIn(linf, world.setting).eps * slope.reduce((total, value) => total + Math.abs(value), 0);
    const losses = Array.from(labels, (label, row) => {
      const score = slope.reduce((total, value, j) => total + value * inputs[row * slope.length + j], 0);
      return Math.log1p(Math.exp(reach - label * score));
    });
    const told: number[] = [];
    const { params: after, optimizer } = await fit({
      ...phase,
      steps: 1,
      params,
      onStep: ({ loss }) => void told.push(loss),
    });
    expect(reach).toBeGreaterThan(0.05);
    expect(told[0]).toBeCloseTo(losses.reduce((total, loss) => total + loss, 0) / losses.length, 5);
    disposeParams(params, after, optimizer, { x, y });
  });

  it('draws dense inputs x, and follows the schedule of the l2 training at its own rate', () => {
    const world = paperWorld(settingWith({ ...tiny.overrides[0] }), 3);
    const { batches, steps } = fgsmPhase(world);
    const { x, y } = batches(0);
    expect(x.dataSync().filter((value) => value === 0)).toHaveLength(0);
    expect([x.shape, steps]).toEqual([[12, 32], 21]);
    disposeParams({ x, y });
  });
});

/** Measures by which C12 holds, but for the accuracies given in thousandths. */
function measuresOf(ofClean: number, ofLinf: number): LinfMeasures {
  const curve = { attack: 'a battery', points: [{ eps: 0, accuracy: 1, low: 0.9, high: 1 }], brokenAt: [] };
  const inNorm = (robust: number): NormRobustness => ({
    robust: thousandths(robust),
    clean: thousandths(1000),
    attack: 'a battery',
  });
  const norms = <T>(l1: T, l2: T, linf: T): PerNorm<T> => ({ l1, l2, linf });
  const curves = norms(curve, curve, curve);
  const purification = { purified: thousandths(900), medianCosine: 0.8, mixture: 0.001 };
  return {
    robustness: {
      clean: norms(inNorm(0), inNorm(1), inNorm(ofClean)),
      robust: norms(inNorm(500), inNorm(995), inNorm(993)),
      linf: norms(inNorm(400), inNorm(992), inNorm(ofLinf)),
    },
    curves: { clean: curves, robust: curves, linf: curves },
    features: { mixtureBefore: 0.15, after: { robust: purification, linf: purification }, betweenTrainings: 0.9 },
  };
}

describe('claim C12', () => {
  const setting = settingWith({ data: { margin: 0.25 } });
  const claim = (ofClean: number, ofLinf: number) => judge(part.claims[0], measuresOf(ofClean, ofLinf), setting);

  it('is one of the claims', () => {
    expect(paperClaims.map(({ id }) => id)).toContain('C12');
  });

  it.each([
    [9, 991, true],
    [10, 991, false],
    [9, 990, false],
  ])('with %i and %i of a thousand: %s', (ofClean, ofLinf, holds) => {
    expect(claim(ofClean, ofLinf)).toMatchObject({ holds, value: ofLinf / 1000 });
  });

  it('names norm, radius and margin, and what became of the other norms', () => {
    expect(claim(5, 995)).toMatchObject({
      quantity: "robust accuracy of w'_inf at tau = 0.00368 (linf), gamma = 0.25",
      attack: 'a battery',
      detail: {
        tau: 0.00368,
        gamma: 0.25,
        ofTrainedInL2: { l1: 0.5, l2: 0.995, linf: 0.993 },
        mixtureMassBefore: 0.15,
      },
    });
  });

  it('has a table of three networks in three norms, with radii in its headings', () => {
    const [table, purification] = part.tables(measuresOf(5, 995), setting);
    expect(table.columns.slice(2)).toEqual(['l1, radius 1.28', 'l2, radius 0.115', 'linf, radius 0.00368']);
    const values = table.rows.map((row) => row.slice(2).map((cell) => (typeof cell === 'object' ? cell.value : cell)));
    expect(values).toEqual([
      [0, 0.001, 0.005],
      [0.5, 0.995, 0.993],
      [0.4, 0.992, 0.995],
    ]);
    expect(purification.rows.map((row) => row[1])).toEqual([0.15, 0.001, 0.001]);
  });
});

describe('a run asked for C12', () => {
  const request = { ...tiny, overrides: [...tiny.overrides, { claims: ['C12'] }] };

  it('leaves claim, tables, figures and weights of its own, and no tensor', async () => {
    const store = openStore();
    const tensors = memory().numTensors;
    const [claim] = await startRun(store, paper, request);
    expect(memory().numTensors).toBe(tensors);
    expect(claim).toMatchObject({ id: 'C12', detail: { examples: 6 } });
    expect(textOf(store, 'tables/linf-robustness.csv').trim().split('\n')).toHaveLength(4);
    for (const norm of ['l1', 'l2', 'linf']) {
      expect(textOf(store, `figures/linf-curves-${norm}.svg`)).toContain(`(${norm} norm, input units)`);
    }
    expect(store.files.has('measures/robustness-clean.json')).toBe(false);
    expect(store.files.get('weights/linf.safetensors')).not.toEqual(store.files.get('weights/clean.safetensors'));
  });

  it('of two seeds draws the interval over them', async () => {
    const store = openStore();
    await startRun(store, paper, { ...request, seeds: [3, 4] });
    expect(textOf(store, 'figures/linf-curves-linf.svg')).toContain('2 seeds');
  });

  it('killed in the middle of FGSM training goes on from its checkpoint to the same bytes', async () => {
    const whole = openStore();
    await startRun(whole, paper, request);
    let saved = 0;
    const files = new Map<string, Uint8Array>();
    const killed = openStore(files, ({ kind, name }) => {
      return kind === 'write' && name.startsWith('checkpoint-linf') && ++saved === 2;
    });
    await expect(startRun(killed, paper, request)).rejects.toThrow(Killed);
    expect(files.has('checkpoint-linf.safetensors')).toBe(true);
    const resumed = openStore(files);
    const steps: number[] = [];
    await resumeRun(resumed, paper, {
      onEvent: (event) => event.type === 'progress' && event.stage === 'linf training' && steps.push(event.done),
    });
    expect(steps[0]).toBe(9); // the first checkpoint has eight steps
    expect(leavings(resumed)).toEqual(leavings(whole));
  });
});
