import { denseMixture, pgd } from '@advml/attacks';
import { type Batch, ball, classifier, type LoopOptions, l2, type Params } from '@advml/core';
import { cleanAccuracy, type Proportion, robustAccuracy, robustnessCurve } from '@advml/metrics';
import { alignment } from '@advml/purification';
import { slice, sub, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { owning } from '../run/owning.ts';
import { paperBattery } from './battery.ts';
import type { PaperWorld } from './world.ts';

/** Accuracies of one network, with the attacks that gave them. */
export interface Robustness {
  /** Share of fresh examples that are classified correctly. */
  readonly clean: Proportion;
  /** Share that no attack of the battery breaks. */
  readonly robust: Proportion;
  /** The battery. */
  readonly attack: string;
  /** Share that the dense mixture alone does not break. */
  readonly mixture: Proportion;
  /** Share of other examples, seen at the end of training, that the battery does not break. */
  readonly robustOnTraining: Proportion;
  /** Share of fresh examples of any margin (gamma = 0) that the battery does not break. */
  readonly robustOfAnyMargin: Proportion;
}

/** Radii of the curves, as multiples of tau. */
const CURVE = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];

/** The examples that a network is judged by, as inputs x. */
export interface TestSets {
  /** Fresh examples. */
  readonly fresh: Batch;
  /** Examples of the last step of its training. */
  readonly seen: Batch;
  /** Fresh examples of any margin: the same data with gamma = 0. */
  readonly anyMargin: Batch;
}

/**
 * Accuracies of a network on fresh examples, on seen ones, and on fresh ones of any margin.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param sets - The examples.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function measureRobustness(
  world: PaperWorld,
  params: Params,
  sets: TestSets,
  { onProgress, signal }: LoopOptions,
): Promise<Robustness> {
  const { setting, network, data, root } = world;
  const { steps, restarts, batch: batchSize } = setting.evaluation;
  const model = classifier(network, params);
  const threat = ball(l2, setting.tau);
  const battery = paperBattery({ threat, steps, restarts, network, params, data });
  const total = Object.values(sets).reduce((sum, { y }) => sum + y.shape[0], 0);
  let before = 0;
  const robustOn = async (name: keyof TestSets): Promise<Proportion> => {
    const { accuracy } = await robustAccuracy(model, sets[name], battery, {
      key: root.child('attack', name),
      batchSize,
      signal,
      onProgress: (done) => onProgress?.(before + done, total),
    });
    before += accuracy.trials;
    return accuracy;
  };
  const mixture = denseMixture({ threat, direction: data.mixture });
  const options = { key: root.child('attack', 'mixture'), batchSize, signal };
  return {
    clean: await cleanAccuracy(model, sets.fresh, options),
    mixture: (await robustAccuracy(model, sets.fresh, mixture, options)).accuracy,
    robust: await robustOn('fresh'),
    robustOnTraining: await robustOn('seen'),
    robustOfAnyMargin: await robustOn('anyMargin'),
    attack: battery.label,
  };
}

/** Robust accuracy at one radius. */
export interface CurvePoint {
  /** Radius in input units. */
  readonly eps: number;
  /** Share of examples that no attack up to this radius broke. */
  readonly accuracy: number;
  /** Lower end of its 95% interval. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** Robust accuracy of one network against eps, plain numbers for the figure. */
export interface Curve {
  /** The attack at the largest radius. */
  readonly attack: string;
  /** Points of growing radius. */
  readonly points: readonly CurvePoint[];
}

/**
 * Robust accuracy of a network against the radius, from 0 to three times tau.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param fresh - Fresh examples, of which the setting's number is used.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function measureCurve(world: PaperWorld, params: Params, fresh: Batch, loop: LoopOptions): Promise<Curve> {
  const { setting, network, data, root } = world;
  const { curveExamples, curveSteps: steps, batch: batchSize } = setting.evaluation;
  const curve = await owning((own) =>
    robustnessCurve(classifier(network, params), own(head(fresh, curveExamples)), {
      norm: l2,
      eps: CURVE.map((multiple) => multiple * setting.tau),
      attack: (threat) => paperBattery({ threat, steps, restarts: 1, network, params, data }),
      key: root.child('attack', 'curve'),
      batchSize,
      ...loop,
    }),
  );
  return {
    attack: curve.points.at(-1)?.attack ?? 'none',
    points: curve.points.map(({ eps, accuracy: { value, low, high } }) => ({ eps, accuracy: value, low, high })),
  };
}

/** How an attack's perturbations lie against the dense mixture. */
export interface Perturbations {
  /** The attack. */
  readonly attack: string;
  /** Mean cosine of a perturbation with `-y M w*`; 0 where all are too small to have a direction. */
  readonly meanCosine: number;
  /** That cosine, example by example. */
  readonly cosines: readonly number[];
  /** One perturbation in the dictionary's coordinates, signed so that the mixture is positive, times sqrt(d) / tau. */
  readonly example: readonly number[];
}

/**
 * What PGD from the input finds, compared with the dense mixture.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param fresh - Fresh examples, of which the curves' number is used.
 * @returns Plain numbers.
 */
export function measurePerturbations(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  fresh: Batch,
): Perturbations {
  const { curveExamples, steps } = setting.evaluation;
  const { x, y } = head(fresh, curveExamples);
  const attack = pgd({ threat: ball(l2, setting.tau), steps, start: 'none', earlyStop: false });
  const worst = attack.perturb(classifier(network, params), x, y, { key: root.child('attack', 'perturbations') });
  const delta = tidy(() => sub(worst, x));
  const { cosine, summary } = alignment(delta as Tensor2D, y, data.mixture);
  const sign = -y.dataSync()[0];
  const scale = (sign * Math.sqrt(data.dimension)) / setting.tau;
  const first = tidy(() => data.toCoefficients(slice(delta as Tensor2D, [0, 0], [1, -1])).dataSync());
  const example = Array.from(first, (value, j) => value * scale * data.wStar[j]);
  for (const tensor of [x, y, worst, delta]) tensor.dispose();
  return {
    attack: attack.label,
    meanCosine: summary.count > 0 ? summary.mean : 0,
    cosines: Array.from(cosine).filter(Number.isFinite),
    example,
  };
}

/** The first examples of a batch, owned by the caller. */
function head({ x, y }: Batch, count: number): Batch {
  return { x: slice(x, 0, count), y: slice(y, 0, count) as Tensor1D };
}
