// The path of purification, on a network of two parameters whose way is known in closed form.

import { fgm } from '@advml/attacks';
import { ball, classifier, cloneParams, InputError, key, l2, type Network, type Params } from '@advml/core';
import { clopperPearson, robustAccuracy } from '@advml/metrics';
import { sgd } from '@advml/optimizers';
import { keptWeights, owning, type Stage, tableOverSeeds, trainResumably, weightsStage } from '@advml/runs';
import type { Objective } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { matMul, memory, ones, reshape, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { madeBy, waypoint } from '../src/images/networks.ts';
import { nearestOther } from '../src/paper/path/nearest.ts';
import { keepOnTheWay, type Waypoint } from '../src/shared/path/keep.ts';
import {
  inOrderOfSteps,
  lastPurified,
  layersLeft,
  type PathPoint,
  shareOfGain,
  stepAt,
} from '../src/shared/path/points.ts';
import { pathTables } from '../src/shared/path/tables.ts';
import { Killed, leavings, openStore } from './tiny.ts';

beforeAll(async () => {
  await useWasm();
});

/** f(x) = <w, x> with w = (1, 0) at the start; every step adds 0.1 to the second entry, whatever the batch. */
const network: Network = {
  name: 'a line',
  inputShape: [2],
  output: 'score',
  init: () => ({ weight: tensor2d([[1, 0]]) }),
  apply: ({ weight }, x) => tidy(() => reshape(matMul(x as Tensor2D, weight as Tensor2D, false, true), [-1])),
};
const pushed: Objective = () => ({ loss: 1, accuracy: 1, gradients: { weight: tensor2d([[0, -1]]) } });
const STEPS = 20;
const phase = {
  network,
  objective: pushed,
  optimizer: sgd({ rate: 0.1 }),
  batches: () => ({ x: ones([1, 2]), y: tensor1d([1]) }),
  steps: STEPS,
  key: key('path', 0),
};
const way: readonly Waypoint[] = [0.1, 0.25, 0.45, 0.7].map((share) => ({ share, weights: `path-${share}` }));

const stage: Stage = weightsStage(
  { name: 'training', weights: 'robust', needs: [], phase: 'robust', also: way.map(({ weights }) => weights) },
  (context) =>
    owning(async (own) => {
      const visit = keepOnTheWay(context.store, way, { steps: STEPS, network, kept: cloneParams });
      const start = own(network.init(key('path', 1)));
      return trainResumably(context, { name: 'robust', phase, start, checkpointEvery: 4, visit });
    }),
);
const make = (store = openStore(), signal?: AbortSignal) => stage.make({ store, onEvent: () => {}, signal });

/** cos(w, w_t) and the distance of (0.2, 1) from the line, in closed form. */
const cosineAt = (t: number) => 1 / Math.hypot(1, 0.1 * t);
const distanceAt = (t: number) => (0.2 + 0.1 * t) / Math.hypot(1, 0.1 * t);
const EPS = 0.62;

async function pointOf(w: Params, now: Params, step: number): Promise<PathPoint> {
  return owning(async (own) => {
    const batch = own({ x: tensor2d([[0.2, 1]]), y: tensor1d([1]) });
    const attack = fgm({ threat: ball(l2, EPS) });
    const { clean, accuracy } = await robustAccuracy(classifier(network, now), batch, attack, { key: key('a', 0) });
    return { step, clean, robust: accuracy, attack: attack.label, layers: layersLeft(w, now, ['weight'], 'all') };
  });
}

describe('the way of two parameters', () => {
  it('is that of the closed form, to the last point at which w is still there', async () => {
    const store = openStore();
    await make(store);
    const tensors = memory().numTensors;
    const points = await owning(async (own) => {
      const w = own(network.init(key('path', 1)));
      const at = async (weights: string, step: number) => pointOf(w, own(await keptWeights(store, weights)), step);
      return [
        await pointOf(w, w, 0),
        ...(await Promise.all(way.map(({ share, weights }) => at(weights, stepAt(share, STEPS))))),
        await at('robust', STEPS),
      ];
    });
    expect(memory().numTensors).toBe(tensors);
    expect(points.map(({ step }) => step)).toEqual([0, 2, 5, 9, 14, 20]);
    for (const { step, layers, robust } of points) {
      expect(layers[0].cosine).toBeCloseTo(cosineAt(step), 6);
      expect(layers[0].share).toBe(step < 10 ? 1 : 0);
      expect(robust.value, `step ${step}`).toBe(distanceAt(step) > EPS ? 1 : 0);
    }
    const path = { points };
    expect(lastPurified(path).step).toBe(9);
    expect(points.map((point) => shareOfGain(path, point))).toEqual([0, 0, 1, 1, 1, 1]);
  });

  it('is left again by a run that is killed before every change of its files, in the same bytes', async () => {
    const whole = openStore();
    await make(whole);
    const files = new Map<string, Uint8Array>();
    const seen = new Set<string>();
    let kills = 0;
    for (let done = false; !done; ) {
      const store = openStore(files, ({ kind, name }) => {
        const isNew = !seen.has(`${kind} ${name}`);
        seen.add(`${kind} ${name}`);
        return isNew;
      });
      try {
        if (!(await stage.isKept(store))) await make(store);
        done = true;
      } catch (error) {
        expect(error).toBeInstanceOf(Killed);
        kills++;
      }
    }
    expect(kills).toBe(way.length + 3); // waypoints, a checkpoint and its removal, the weights
    expect(leavings(openStore(files))).toEqual(leavings(whole));
  });

  it('is not whole without one of its points', async () => {
    const store = openStore();
    await make(store);
    expect(await stage.isKept(store)).toBe(true);
    store.files.set('weights/path-0.45.safetensors', new Uint8Array(9));
    await expect(stage.isKept(store)).rejects.toThrow(InputError);
    store.files.delete('weights/path-0.45.safetensors');
    expect(await stage.isKept(store)).toBe(false);
  });

  it('has a point that a full disk left out, once the run goes on', async () => {
    let full = true;
    const store = openStore(undefined, undefined, ({ name }) => full && name === 'weights/path-0.45.safetensors');
    await expect(make(store)).rejects.toThrow();
    full = false;
    await make(store);
    expect(await stage.isKept(store)).toBe(true);
  });
});

const share = (value: number) => clopperPearson(Math.round(value * 10), 10);
const point = (step: number, robust: number, ...shares: number[]): PathPoint => ({
  step,
  clean: share(1),
  robust: share(robust),
  attack: 'an attack',
  layers: shares.map((each, at) => ({ name: `layer${at}`, cosine: each, share: each })),
});

describe('points', () => {
  it('are purified while every layer has more than half of its neurons', () => {
    const points = [point(0, 0.1, 1, 1), point(5, 0.3, 0.9, 0.51), point(9, 0.5, 0.9, 0.5), point(12, 0.6, 0.2, 0.1)];
    const there = lastPurified({ points });
    expect(there.step).toBe(5);
    expect(shareOfGain({ points }, there)).toBeCloseTo(0.4, 12);
    expect(shareOfGain({ points: [point(0, 0.5, 1), point(1, 0.5, 1)] }, points[0])).toBeUndefined();
    const [summary, all] = pathTables([{ points, suffix: '-l2', threat: 'l2 1', neurons: 'its neurons' }], 'another');
    expect(summary.rows[0].slice(0, 3)).toEqual(['l2 1', '5', 12]);
    expect(summary.rows[0].at(-2)).toBeCloseTo(0.4, 12);
    expect(all.name).toBe('path-l2');
    expect(all.rows).toHaveLength(4);
    expect(pathTables([], 'another')).toEqual([]);
    const shown = { points, suffix: '-l2', threat: 'l2 1', neurons: 'its neurons' };
    const [sooner] = pathTables([{ ...shown, points: points.toSpliced(1, 1) }], 'another');
    expect(tableOverSeeds([summary, sooner, summary]).rows[0].slice(1, 3)).toEqual(['5 / 0', 12]); // a mean would be no step of any
    const other = { ...shown, points: points.map((one) => ({ ...one, attack: 'another attack' })) };
    const [both] = pathTables([shown, other], 'another');
    expect(both.note).toContain(`attack: ${points[0].attack} and another attack.`);
  });

  it('come in the order of their steps, of a short training each step once', () => {
    expect([0.02, 0.3, 1].map((at) => stepAt(at, 3))).toEqual([1, 1, 3]);
    const points = [point(0, 0, 1), point(1, 0.1, 1), point(1, 0.1, 1), point(3, 0.2, 1)];
    expect(inOrderOfSteps(points).map(({ step }) => step)).toEqual([0, 1, 3]);
  });
});

it('the network at any share of the way is made by the training in its norm', () => {
  for (const share of [0.02, 0.5, 1e-7]) expect(madeBy(waypoint('linf', share))).toBe('robust-linf training');
  expect(madeBy('control-1-robust')).toBe('control-1-robust training');
});

it('the nearest other neuron is never that of the same place', () => {
  const rows = Array.from({ length: 600 }, (_, at) => [Math.cos(at / 100), Math.sin(at / 100)]);
  tidy(() => {
    const weight = tensor2d(rows);
    expect(nearestOther({ weight }, { weight })).toBeCloseTo(Math.cos(0.01), 6);
    const two = tensor2d([
      [1, 0],
      [0, 2],
    ]);
    expect(nearestOther({ weight: two }, { weight: two })).toBe(0);
  });
});
