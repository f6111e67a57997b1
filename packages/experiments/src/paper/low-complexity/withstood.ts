import { battery, worstOf } from '@advml/attacks';
import {
  type Attack,
  type Batch,
  type Battery,
  ball,
  type Classifier,
  type LoopOptions,
  l2,
  type Params,
} from '@advml/core';
import { clopperPearson } from '@advml/metrics';
import { owning } from '@advml/runs';
import { believedUnder } from '../../shared/accuracies.ts';
import { type CurvePoint, measureCurve, pointAt } from '../../shared/curve.ts';
import type { Withstood } from './measures.ts';
import type { LowComplexityWorld } from './setting.ts';

/** Radii of the curves, as multiples of tau. */
const CURVE = [0, 0.125, 0.25, 0.5, 0.75, 1, 1.5, 2];

/** The share that must stay correct at the radius that a model is said to withstand. */
const LEAST = 0.9;

/**
 * The radius up to which a share of the examples stays correct.
 *
 * @param curve - Robust accuracies in ascending order of the radius.
 * @returns The radius; 0 where the first point is below the share, the last radius where none is.
 */
export function radiusWithstood(curve: readonly CurvePoint[]): number {
  const at = curve.findIndex(({ accuracy }) => accuracy < LEAST);
  if (at <= 0) return at === 0 ? 0 : curve[curve.length - 1].eps;
  const [before, after] = [curve[at - 1], curve[at]];
  return before.eps + ((before.accuracy - LEAST) / (before.accuracy - after.accuracy)) * (after.eps - before.eps);
}

const withRadius = (measured: Omit<Withstood, 'radius'>): Withstood => ({
  ...measured,
  radius: radiusWithstood(measured.curve),
});

/** Fresh examples in the dictionary's coordinates, the same for every model. */
const testExamples = ({ data, root }: LowComplexityWorld, examples: number): Batch =>
  data.batch(root.child('test'), examples, 'coefficients');

/**
 * Attacks a model by the paper's battery: the dense mixture, and PGD from the input, the mixture and a random point.
 *
 * @param world - The run.
 * @param model - The model, for inputs in the dictionary's coordinates.
 * @param surrogate - A smoother model whose gradient PGD follows from the mixture and from random points. Default: the model itself.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export function attackModel(
  world: LowComplexityWorld,
  model: Classifier,
  surrogate: Classifier | undefined,
  loop: LoopOptions,
): Promise<Withstood> {
  const { setting, data, root } = world;
  const { examples, steps, curveExamples, curveSteps } = setting.lowComplexity;
  const membersOf = (count: number): Battery =>
    battery('paper', { direction: data.wStar, gradientModel: surrogate, steps: count, restarts: 1 });
  const attackOf = (eps: number, count: number): Attack =>
    worstOf(membersOf(count).map(({ attack }) => attack(ball(l2, eps))));
  const options = { key: root.child('low complexity', 'attack'), batchSize: setting.evaluation.batch, ...loop };
  return owning(async (own) => {
    const attack = attackOf(setting.tau, steps);
    const fresh = own(testExamples(world, examples));
    const accuracies = await believedUnder(model, fresh, attack, membersOf(steps), options);
    const { points: curve } = await measureCurve(model, own(testExamples(world, curveExamples)), {
      ...options,
      threat: ball(l2, setting.tau),
      multiples: CURVE,
      attack: ({ eps }) => attackOf(eps, curveSteps),
    });
    return withRadius({ ...accuracies, curve });
  });
}

/**
 * What a linear classifier withstands, in closed form: an attacker needs the distance to the plane, `y f(x) / |w|`.
 *
 * @param world - The run.
 * @param params - `linear` [d] and `constant` [] of the polynomial of degree 1, in the dictionary's coordinates.
 * @returns Plain numbers, exact for the examples.
 */
export function attackLinear(world: LowComplexityWorld, { linear, constant }: Params): Withstood {
  const { setting } = world;
  const { x, y } = testExamples(world, setting.lowComplexity.examples);
  const [w, inputs, labels] = [linear, x, y].map((tensor) => tensor.dataSync<'float32'>());
  const [offset] = constant.dataSync();
  for (const tensor of [x, y]) tensor.dispose();
  const length = Math.hypot(...w);
  const margins = Array.from(labels, (label, at) => {
    const row = inputs.subarray(at * w.length, (at + 1) * w.length);
    return label * row.reduce((score, value, j) => score + value * w[j], offset);
  });
  const beyond = (eps: number) =>
    clopperPearson(margins.filter((margin) => margin > eps * length).length, margins.length);
  return withRadius({
    clean: beyond(0),
    robust: beyond(setting.tau),
    attack: 'closed form, y f(x) > tau |w|',
    curve: CURVE.map((multiple) => pointAt(multiple * setting.tau, beyond(multiple * setting.tau))),
  });
}
