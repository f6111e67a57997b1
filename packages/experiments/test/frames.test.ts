// The pipeline trains in the dictionary's coordinates. With M orthonormal that is training on x = M z, seen from another
// side: here both are done, the second with dense products, and compared.

import { denseMixture, fgm, mixtureStart, pgd, worstOf } from '@advml/attacks';
import { type Batch, ball, classifier, disposeParams, key, l2, type Params } from '@advml/core';
import { freshBatches } from '@advml/data';
import { robustAccuracy } from '@advml/metrics';
import { type Overrides, parseSetting, trainPlainly } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { square, sub, sum, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { experimentNamed, paperSetting } from '../src/index.ts';
import { adversarialPhase, cleanPhase } from '../src/paper/training/phases.ts';
import { type PaperWorld, paperWorld, toCoefficients, toInputs } from '../src/paper/world.ts';

beforeAll(async () => {
  await useWasm();
});

/** A gentle rate: every example is seen by some neuron throughout. One that is not gets a random direction from FGM, in either frame its own. */
const small: Overrides = {
  data: { dimension: 96 },
  network: { neurons: 80 },
  clean: { steps: 60, batch: 64, rate: 3, warmup: 10 },
  adversarial: { steps: 40, batch: 48, rate: 0.3, warmup: 10 },
};

const worldOf = (change: Overrides): PaperWorld => {
  const { smoke } = experimentNamed('paper').presets;
  return paperWorld(parseSetting(paperSetting, [smoke, small, change]), 5);
};

type Trained = Readonly<Record<'clean' | 'robust', Params>>;

/** Both phases as the pipeline does them; weights over z. */
async function trainOnCoefficients(world: PaperWorld, init: Params): Promise<Trained> {
  const start = toCoefficients(world.data, init);
  const clean = await trainPlainly(cleanPhase(world, world.root.child('clean')), start);
  const robust = await trainPlainly(adversarialPhase(world, world.root.child('adversarial')), clean);
  disposeParams(start);
  return { clean, robust };
}

/** The same phases on inputs x; weights over x. */
async function trainOnInputs(world: PaperWorld, init: Params): Promise<Trained> {
  const { data, root, setting } = world;
  const batches = (phase: 'clean' | 'adversarial') =>
    freshBatches(data, root.child(phase, 'data'), setting[phase].batch, 'inputs');
  const clean = await trainPlainly({ ...cleanPhase(world, root.child('clean')), batches: batches('clean') }, init);
  const adversarial = { ...adversarialPhase(world, root.child('adversarial')), batches: batches('adversarial') };
  return { clean, robust: await trainPlainly(adversarial, clean) };
}

/** |a - b| / |b|, over all parameters. */
const distance = (a: Params, b: Params): number =>
  tidy(() => {
    const names = Object.keys(b);
    const squares = (of: (name: string) => Params[string]) =>
      names.reduce((total, name) => total + sum(square(of(name))).dataSync()[0], 0);
    return Math.sqrt(squares((name) => sub(a[name], b[name])) / squares((name) => b[name]));
  });

const cases: [string, Overrides][] = [
  ['a random orthonormal M', {}],
  ['a random orthonormal M and noise on the inputs', { data: { noise: 0.1 } }],
  ['a random orthonormal M and noise on the neurons', { network: { noise: 0.02 } }],
];

describe.each(cases)('with %s, training in the coordinates of M', (_, change) => {
  const world = worldOf(change);
  const { data, network, root } = world;
  let onInputs: Trained;
  let onCoefficients: Trained;
  beforeAll(async () => {
    const init = network.init(root.child('init'));
    onInputs = await trainOnInputs(world, init);
    onCoefficients = await trainOnCoefficients(world, init);
    disposeParams(init);
  });

  it('gives the weights of training on x', () => {
    for (const name of ['clean', 'robust'] as const) {
      const back = toInputs(data, onCoefficients[name]);
      expect(distance(back, onInputs[name]), name).toBeLessThan(1e-5);
      disposeParams(back);
    }
    expect(distance(onInputs.robust, onInputs.clean)).toBeGreaterThan(0.3); // there was something to agree on
  });

  it('gives a network that falls to the same attacks, example by example', async () => {
    const threat = ball(l2, 0.15);
    const attackAlong = (direction: Float32Array) =>
      worstOf([
        denseMixture({ threat, direction }),
        fgm({ threat }),
        pgd({ threat, steps: 20, start: 'none' }),
        pgd({ threat, steps: 20, start: mixtureStart({ threat, direction }) }),
      ]);
    const fall = async (params: Params, batch: Batch, direction: Float32Array) => {
      const { robust, loss } = await robustAccuracy(classifier(network, params), batch, attackAlong(direction), {
        key: key('frames', 0),
      });
      disposeParams({ x: batch.x, y: batch.y });
      return { robust, loss };
    };
    const shares: number[] = [];
    for (const name of ['clean', 'robust'] as const) {
      const test = (frame: 'inputs' | 'coefficients') => data.batch(root.child('test'), 60, frame);
      const x = await fall(onInputs[name], test('inputs'), data.mixture);
      const z = await fall(onCoefficients[name], test('coefficients'), data.wStar);
      expect(z.robust).toEqual(x.robust);
      for (const [at, loss] of x.loss.entries()) expect(z.loss[at], `example ${at}`).toBeCloseTo(loss, 3);
      shares.push(x.robust.filter(Boolean).length / 60);
    }
    expect(shares.some((share) => share > 0.1 && share < 0.9)).toBe(true);
  });
});

describe('weights', () => {
  it('come back from the coordinates of M as they went', () => {
    const { data, network, root } = worldOf({});
    const init = network.init(root.child('init'));
    const there = toCoefficients(data, init);
    const back = toInputs(data, there);
    expect(distance(back, init)).toBeLessThan(1e-6);
    expect(distance(there, init)).toBeGreaterThan(1); // M is far from I
    disposeParams(init, there, back);
  });
});
