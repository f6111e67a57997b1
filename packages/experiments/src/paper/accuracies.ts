import { type Batch, ball, classifier, type Key, type LoopOptions, l2, type Params, type Threat } from '@advml/core';
import type { EvaluationOptions } from '@advml/metrics';
import { type Accuracies, accuraciesUnder, believedUnder } from '../shared/accuracies.ts';
import { type Curve, measureCurve } from '../shared/curve.ts';
import { lookForMasking, type Masking } from '../shared/masking.ts';
import { type BatteryOptions, paperBattery, paperMembers } from './battery.ts';
import type { PaperWorld } from './world.ts';

/** Radii of the curves, as multiples of the radius that is judged. */
const CURVE = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];

/** The attack that judges a network, and how it is run. */
export interface Judgement extends LoopOptions {
  /** Source of its randomness. */
  readonly key: Key;
  /** What the attacker may do. Default: l2 at tau. */
  readonly threat?: Threat;
  /** Gradient steps of every ascent. Default: those of the evaluation. */
  readonly steps?: number;
  /** Ascents from random points. Default: those of the evaluation. */
  readonly restarts?: number;
}

/**
 * Accuracies of a network without an attacker and under the paper's battery.
 *
 * @param world - The run, in the coordinates of the parameters.
 * @param params - The network's parameters; not disposed.
 * @param batch - The examples; only read.
 * @param judgement - See {@link Judgement}.
 * @returns Plain numbers.
 */
export function accuraciesOf(
  world: PaperWorld,
  params: Params,
  batch: Batch,
  { key, ...judgement }: Judgement,
): Promise<Accuracies> {
  const { options, loop } = batteryFor(world, params, judgement);
  return accuraciesUnder(classifier(world.network, params), batch, paperBattery(options), { key, ...loop });
}

/**
 * The same, and signs on the first of the examples that the network hides its gradient from the battery.
 *
 * @param world - The run, in the coordinates of the parameters.
 * @param params - The network's parameters; not disposed.
 * @param batch - The examples; only read.
 * @param judgement - See {@link Judgement}.
 * @returns Plain data.
 */
export function believedAccuraciesOf(
  world: PaperWorld,
  params: Params,
  batch: Batch,
  { key, ...judgement }: Judgement,
): Promise<Required<Accuracies>> {
  const { options, loop } = batteryFor(world, params, judgement);
  const model = classifier(world.network, params);
  return believedUnder(model, batch, paperBattery(options), paperMembers(options), { key, ...loop });
}

/**
 * Signs that a network hides its gradient from the paper's battery.
 *
 * @param world - The run, in the coordinates of the parameters.
 * @param params - The network's parameters; not disposed.
 * @param batch - Some examples; only read.
 * @param judgement - See {@link Judgement}.
 * @returns Plain data.
 */
export function maskingOf(
  world: PaperWorld,
  params: Params,
  batch: Batch,
  { key, ...judgement }: Judgement,
): Promise<Masking> {
  const { options, loop } = batteryFor(world, params, judgement);
  const model = classifier(world.network, params);
  return lookForMasking(model, batch, options.threat, paperMembers(options), { key, ...loop });
}

/** The battery of a judgement, and how it is run. */
function batteryFor(
  { setting, network, data }: PaperWorld,
  params: Params,
  { threat = ball(l2, setting.tau), steps, restarts, ...loop }: Omit<Judgement, 'key'>,
): { readonly options: BatteryOptions; readonly loop: EvaluationOptions } {
  const { evaluation } = setting;
  const work = { steps: steps ?? evaluation.steps, restarts: restarts ?? evaluation.restarts };
  return { options: { threat, ...work, network, params, data }, loop: { batchSize: evaluation.batch, ...loop } };
}

/**
 * Robust accuracy of a network against the radius, from 0 to three times that of a threat.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x; not disposed.
 * @param fresh - Fresh examples; only read.
 * @param loop - Progress and abort.
 * @param threat - Norm and radius. Default: l2 at tau.
 * @returns Plain numbers.
 */
export function curveOf(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  fresh: Batch,
  loop: LoopOptions,
  threat: Threat = ball(l2, setting.tau),
): Promise<Curve> {
  const { curveSteps: steps, batch: batchSize } = setting.evaluation;
  return measureCurve(classifier(network, params), fresh, {
    threat,
    multiples: CURVE,
    attack: (own) => paperBattery({ threat: own, steps, restarts: 1, network, params, data }),
    key: root.child('attack', 'curve'),
    batchSize,
    ...loop,
  });
}
