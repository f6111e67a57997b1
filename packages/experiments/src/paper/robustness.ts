import { denseMixture, pgd } from '@advml/attacks';
import { type Batch, ball, classifier, type LoopOptions, l2, type Params, type Threat } from '@advml/core';
import { cleanAccuracy, clopperPearson, type Proportion, robustAccuracy, robustnessCurve } from '@advml/metrics';
import { alignment } from '@advml/purification';
import { slice, sub, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { paperBattery } from './battery.ts';
import type { TestPart, TestSet } from './test-sets.ts';
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

/** Radii of the curves, as multiples of the radius that is judged. */
const CURVE = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];

/** How many examples of a part the battery does not break. */
export interface Attacked {
  /** The set that the part belongs to. */
  readonly set: TestSet;
  /** The battery. */
  readonly attack: string;
  /** Examples that it does not break. */
  readonly robust: number;
  /** Examples of the part. */
  readonly examples: number;
}

/**
 * Attacks a part of the test examples.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param batch - The examples of the part.
 * @param part - The part.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function attackPart(
  world: PaperWorld,
  params: Params,
  batch: Batch,
  { set, indices }: TestPart,
  loop: LoopOptions,
): Promise<Attacked> {
  const { setting, network, data, root } = world;
  const { steps, restarts, batch: batchSize } = setting.evaluation;
  const battery = paperBattery({ threat: ball(l2, setting.tau), steps, restarts, network, params, data });
  const options = { key: root.child('attack', set), indices, batchSize, ...loop };
  const { accuracy, attack } = await robustAccuracy(classifier(network, params), batch, battery, options);
  return { set, attack, robust: accuracy.successes, examples: accuracy.trials };
}

/**
 * Accuracies of a network: without attack, under the dense mixture, and what the attacked parts add up to.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param fresh - All fresh examples.
 * @param parts - The attacked parts of every test set.
 * @param loop - Abort.
 * @returns Plain numbers.
 */
export async function measureRobustness(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  fresh: Batch,
  parts: readonly Attacked[],
  { signal }: LoopOptions,
): Promise<Robustness> {
  const model = classifier(network, params);
  const mixture = denseMixture({ threat: ball(l2, setting.tau), direction: data.mixture });
  const loop = { batchSize: setting.evaluation.batch, signal };
  const robustOn = (set: TestSet): Proportion => {
    const own = parts.filter((part) => part.set === set);
    const total = (of: 'robust' | 'examples') => own.reduce((sum, part) => sum + part[of], 0);
    return clopperPearson(total('robust'), total('examples'));
  };
  return {
    clean: await cleanAccuracy(model, fresh, loop),
    mixture: (await robustAccuracy(model, fresh, mixture, { key: root.child('attack', 'mixture'), ...loop })).accuracy,
    robust: robustOn('fresh'),
    robustOnTraining: robustOn('seen'),
    robustOfAnyMargin: robustOn('anyMargin'),
    attack: parts[0].attack,
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
 * Robust accuracy of a network against the radius, from 0 to three times that of a threat.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param fresh - Fresh examples.
 * @param loop - Progress and abort.
 * @param threat - Norm and radius; l2 at tau unless told.
 * @returns Plain numbers.
 */
export async function measureCurve(
  world: PaperWorld,
  params: Params,
  fresh: Batch,
  loop: LoopOptions,
  { norm, eps }: Threat = ball(l2, world.setting.tau),
): Promise<Curve> {
  const { setting, network, data, root } = world;
  const { curveSteps: steps, batch: batchSize } = setting.evaluation;
  const curve = await robustnessCurve(classifier(network, params), fresh, {
    norm,
    eps: CURVE.map((multiple) => multiple * eps),
    attack: (threat) => paperBattery({ threat, steps, restarts: 1, network, params, data }),
    key: root.child('attack', 'curve'),
    batchSize,
    ...loop,
  });
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
 * @param batch - Fresh examples, as many as the setting has for the curves.
 * @returns Plain numbers.
 */
export function measurePerturbations(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  { x, y }: Batch,
): Perturbations {
  const { steps } = setting.evaluation;
  const attack = pgd({ threat: ball(l2, setting.tau), steps, start: 'none', earlyStop: false });
  const worst = attack.perturb(classifier(network, params), x, y, { key: root.child('attack', 'perturbations') });
  const delta = tidy(() => sub(worst, x));
  const { cosine, summary } = alignment(delta as Tensor2D, y, data.mixture);
  const sign = -y.dataSync()[0];
  const scale = (sign * Math.sqrt(data.dimension)) / setting.tau;
  const first = tidy(() => data.toCoefficients(slice(delta as Tensor2D, [0, 0], [1, -1])).dataSync());
  const example = Array.from(first, (value, j) => value * scale * data.wStar[j]);
  for (const tensor of [worst, delta]) tensor.dispose();
  return {
    attack: attack.label,
    meanCosine: summary.count > 0 ? summary.mean : 0,
    cosines: Array.from(cosine).filter(Number.isFinite),
    example,
  };
}
