import { type Batch, classifier, disposeParams, type LoopOptions, type Params } from '@advml/core';
import { cleanAccuracy } from '@advml/metrics';
import { owning } from '@advml/runs';
import { DivergedError, type FitOptions, fit, type StepReport } from '@advml/training';
import type { Accuracies } from '../../shared/accuracies.ts';
import { accuraciesOf, believedAccuraciesOf } from '../accuracies.ts';
import { adversarialPhase, cleanPhase } from '../training/phases.ts';
import { type ScalingPoint, scaledWorld } from './family.ts';
import { barOf, type Cost, type Target, targets } from './measures.ts';
import type { ScalingWorld } from './setting.ts';
import { trainAveraged } from './train-averaged.ts';

/** Trains cleanly to the end of the phase; tells when the accuracy on some examples first passed its bar. */
async function trainClean(
  { setting, network }: ScalingWorld,
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
export async function measureCost(of: ScalingWorld, point: ScalingPoint, loop: LoopOptions): Promise<Cost> {
  const world = scaledWorld(of, point);
  const { setting, root, network, data } = world;
  const { clean, adversarial, scaling, tau } = setting;
  const { signal } = loop;
  const progressFrom = (before: number) => (done: number) =>
    loop.onProgress?.(before + done, clean.steps + adversarial.steps);

  return owning(async (own) => {
    const test = own(data.batch(root.child('test'), scaling.examples, 'coefficients'));
    const judgement = { key: root.child('attack'), restarts: 1, signal };
    const quickly = (params: Params) => accuraciesOf(world, params, test, { ...judgement, steps: scaling.attackSteps });
    const confirmed = (params: Params) =>
      believedAccuraciesOf(world, params, test, { ...judgement, steps: scaling.confirmSteps });

    const start = own(network.init(root.child('init')));
    const cleanly = { ...cleanPhase(world, root.child('clean')), params: start, onProgress: progressFrom(0), signal };
    const { params, reached } = await trainClean(world, cleanly, test);
    own(params);
    const before = await confirmed(params);

    const steps: Record<Target, number | null> = { clean99: reached, robust90: null, robust99: null };
    const missing = () => targets.filter((target) => target !== 'clean99' && steps[target] === null);
    let after = before;
    const passed = (found: Accuracies) => missing().filter((target) => found.robust.value > barOf[target]);
    const isDone = async (step: number, mean: Params) => {
      const isLast = step === adversarial.steps;
      if (!isLast && passed(await quickly(mean)).length === 0) return false;
      after = await confirmed(mean);
      for (const target of passed(after)) steps[target] = step;
      return missing().length === 0;
    };
    const phase = { ...adversarialPhase(world, root.child('adversarial')), params, signal };
    const every = (step: number) => Math.max(scaling.robustEvery, Math.floor(step / 20));
    const averaging = { window: scaling.averaging, every, isDone };
    const diverged = await trainAveraged({ ...phase, onProgress: progressFrom(clean.steps) }, averaging).then(
      () => undefined,
      (error) => {
        if (error instanceof DivergedError) return error.step + 1; // it reaches nothing more
        throw error;
      },
    );

    const given = diverged ?? adversarial.steps;
    const limit = { clean99: clean.steps, robust90: given, robust99: given };
    const made = { active: setting.data.active, tau, batch: clean.batch, steps, limit };
    const masking = { before: before.masking, after: after.masking };
    const accuracies = { robustBefore: before.robust, robustAfter: after.robust, attack: after.attack, masking };
    return { ...point, ...made, ...accuracies, ...(diverged !== undefined && { diverged }) };
  });
}
