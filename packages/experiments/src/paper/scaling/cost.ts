import { type Batch, ball, classifier, disposeParams, type LoopOptions, l2, type Params } from '@advml/core';
import { cleanAccuracy, type Proportion, type RobustAccuracy, robustAccuracy } from '@advml/metrics';
import { owning } from '@advml/runs';
import { DivergedError, type FitOptions, fit, type StepReport } from '@advml/training';
import { paperBattery } from '../battery.ts';
import { adversarialPhase, cleanPhase } from '../training-phases.ts';
import type { PaperWorld } from '../world.ts';
import { type ScalingPoint, scaledWorld } from './family.ts';
import { trainAveraged } from './train-averaged.ts';

/** What a training must reach: a clean accuracy (C1), or a robust one on the way and at the end (C3). */
export type Target = 'clean99' | 'robust90' | 'robust99';

/** All targets, in the order in which they are reached. */
export const targets: readonly Target[] = ['clean99', 'robust90', 'robust99'];

/** The accuracy above which a target is reached. */
export const barOf: Readonly<Record<Target, number>> = { clean99: 0.99, robust90: 0.9, robust99: 0.99 };

/** What a target is called. */
export const labelOf: Readonly<Record<Target, string>> = {
  clean99: 'clean accuracy > 99%',
  robust90: 'robust accuracy > 90%',
  robust99: 'robust accuracy > 99%',
};

/** What one training cost. */
export interface Cost extends ScalingPoint {
  /** k. */
  readonly active: number;
  /** Radius of the l2 attack, in training and measurement. */
  readonly tau: number;
  /** Examples a step. */
  readonly batch: number;
  /** Steps of its phase until each target was reached, clean training for `clean99`; null where it was not. */
  readonly steps: Readonly<Record<Target, number | null>>;
  /** Steps that each target was given. */
  readonly limit: Readonly<Record<Target, number>>;
  /** Robust accuracy after clean training. */
  readonly robustBefore: Proportion;
  /** Robust accuracy when the last target was reached, or after the last step. */
  readonly robustAfter: Proportion;
  /** The attack that confirmed. */
  readonly attack: string;
}

/** What a cost is counted in. */
export type Unit = 'steps' | 'examples';

/** What a target cost in one training, or undefined where it was not reached. */
export function costOf({ steps, batch }: Cost, target: Target, unit: Unit): number | undefined {
  const made = steps[target];
  if (made === null) return undefined;
  return unit === 'steps' ? made : made * batch;
}

/** Trains cleanly to the end of the phase; tells when the accuracy on some examples first passed its bar. */
async function trainClean(
  { setting, network }: PaperWorld,
  phase: FitOptions,
  test: Batch,
): Promise<{ params: Params; reached: number | null }> {
  const { cleanEvery } = setting.scaling;
  let reached: number | null = null;
  const measure = async ({ state: { step, params } }: StepReport) => {
    if (reached !== null || step % cleanEvery !== 0) return;
    const { value } = await cleanAccuracy(classifier(network, params), test);
    if (value > barOf.clean99) reached = step;
  };
  const { params, optimizer } = await fit({ ...phase, onStep: measure });
  disposeParams(optimizer);
  return { params, reached };
}

/**
 * Trains once, from initialization through clean to adversarial training, and counts the steps until each target.
 *
 * Clean training goes on to its end, whenever its accuracy is reached; the steps of adversarial training are counted from there.
 * Robust accuracy is that of the mean of the weights over the last steps. Accuracies are measured every few steps on the same
 * fresh examples; a robust one counts when a longer attack confirms it. Adversarial training that diverges has not reached what it
 * had not reached before.
 *
 * @param of - The run.
 * @param point - Which training.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function measureCost(of: PaperWorld, point: ScalingPoint, loop: LoopOptions): Promise<Cost> {
  const world = scaledWorld(of, point);
  const { setting, root, network, data } = world;
  const { clean, adversarial, scaling, tau } = setting;
  const { signal } = loop;
  const progressFrom = (before: number) => (done: number) =>
    loop.onProgress?.(before + done, clean.steps + adversarial.steps);

  return owning(async (own) => {
    const test = own(data.batch(root.child('test'), scaling.examples, 'coefficients'));
    const robust = (params: Params, steps: number) => {
      const battery = paperBattery({ threat: ball(l2, tau), steps, restarts: 1, network, params, data });
      const options = { key: root.child('attack'), batchSize: setting.evaluation.batch, signal };
      return robustAccuracy(classifier(network, params), test, battery, options);
    };

    const start = own(network.init(root.child('init')));
    const cleanly = { ...cleanPhase(world, root.child('clean')), params: start, onProgress: progressFrom(0), signal };
    const { params, reached } = await trainClean(world, cleanly, test);
    own(params);
    const before = await robust(params, scaling.confirmSteps);

    const steps: Record<Target, number | null> = { clean99: reached, robust90: null, robust99: null };
    const missing = () => targets.filter((target) => target !== 'clean99' && steps[target] === null);
    let after = before;
    const passed = ({ accuracy }: RobustAccuracy) => missing().filter((target) => accuracy.value > barOf[target]);
    const isDone = async (step: number, mean: Params) => {
      const isLast = step === adversarial.steps;
      if (!isLast && passed(await robust(mean, scaling.attackSteps)).length === 0) return false;
      after = await robust(mean, scaling.confirmSteps);
      for (const target of passed(after)) steps[target] = step;
      return missing().length === 0;
    };
    const phase = { ...adversarialPhase(world, root.child('adversarial')), params, signal };
    const averaging = { window: scaling.averaging, every: scaling.robustEvery, isDone };
    await trainAveraged({ ...phase, onProgress: progressFrom(clean.steps) }, averaging).catch((error) => {
      if (!(error instanceof DivergedError)) throw error; // one that diverges reaches nothing more
    });

    const limit = { clean99: clean.steps, robust90: adversarial.steps, robust99: adversarial.steps };
    const made = { active: setting.data.active, tau, batch: clean.batch, steps, limit };
    return { ...point, ...made, robustBefore: before.accuracy, robustAfter: after.accuracy, attack: after.attack };
  });
}
