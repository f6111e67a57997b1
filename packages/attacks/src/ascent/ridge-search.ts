import {
  type Attack,
  type Classifier,
  InputError,
  l2,
  margin,
  type RidgeSum,
  ridgeScores,
  type Threat,
} from '@advml/core';
import { averagedRidges, described, requireInteger, requireShare } from '@advml/core/internal';
import { type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { requireSettings } from '../search/require-settings.ts';
import { type Found, meetsGoal, progress, type SearchTask, takeTask } from '../search/search.ts';
import type { Start, StartFunction } from '../search/start.ts';
import { worstCase } from '../search/worst-case.ts';
import { gramAscent } from './gram-ascent.ts';
import type { AscentPlan } from './projected-ascent.ts';
import { stepSizesOf } from './step-sizes.ts';

/** What {@link ridgeSearch} may do. */
export interface RidgeSearchOptions {
  /** An l2 ball, its radius in input units, without a box or a mask. */
  readonly threat: Threat;
  /** Gradient steps of every ascent, at least 1. Default: 100. */
  readonly steps?: number;
  /**
   * Where ascents start, such as the dense mixture or the worst points of a certificate: the first of them for all examples, the
   * others for those that came near an error. Default: the inputs themselves.
   */
  readonly starts?: readonly StartFunction[];
  /** Ascents from random points for examples that came near an error. Default: 8. */
  readonly restarts?: number;
  /** The share of an example's margin that may be left after the first ascent for others to follow, in 0 to 1. Default: 0.05. */
  readonly near?: number;
  /** Whether an example is left alone once it is fooled. Default: true. */
  readonly earlyStop?: boolean;
}

/** Deviations of the noise over which the network is averaged, one after the other, as shares of its largest knot. */
const SCALES = Array.from({ length: 9 }, (_, level) => 2 ** -(level + 1));

/** The way of all steps together against that of `pgd`: it turns with every change of scale. */
const WAY = 2;

/**
 * A strong l2 attack for sums of ridge functions with a threshold, such as the symmetric two-layer network.
 *
 * Such a network is linear between the thresholds of its neurons, so its gradient says nothing of a neuron that is about to switch. The
 * ascents follow the network averaged over noise on its preactivations, which does; at first over much of it, then less and less
 * until the network itself is climbed:
 *
 * ```math
 * \delta \leftarrow \Pi\bigl(\delta - \alpha\, y\, \nabla f_\sigma(x + \delta)\bigr), \qquad
 * f_\sigma(x) = \sum_i \mathbb E\, a(\langle w_i, x\rangle + \sigma \xi), \quad \sigma = \tfrac{t}{2}, \tfrac{t}{4}, \dots, \tfrac{t}{512}
 * ```
 *
 * t is the largest knot of a. One such ascent ends closer to the worst case of a trained network than many of `pgd`, wherever
 * they start. Where it leaves little of the margin, that of `pgd` from the same point follows, so that this attack is never weaker there,
 * and more from other points.
 *
 * @param options - See {@link RidgeSearchOptions}.
 * @returns An attack; it takes models with `ridges`, and its result's `x` is owned by the caller.
 * @throws InputError if the threat is no l2 ball or has a box or a mask, its radius is infinite, or an option is out of its range; when it is
 * called, if the model is no sum of ridge functions.
 * @example
 * ```ts
 * const attack = ridgeSearch({ threat: ball(l2, 0.115), starts: [mixtureStart({ threat, direction })] });
 * const { success } = attack(classifier(network, params), x, y, { key: key('evaluation', 7) });
 * ```
 * @see Blake, Zisserman: Visual Reconstruction, 1987, for maximizing a function through smoother ones.
 */
export function ridgeSearch(options: RidgeSearchOptions): Attack {
  requireSettings<RidgeSearchOptions>('ridgeSearch', options, {
    threat: true,
    steps: true,
    starts: true,
    restarts: true,
    near: true,
    earlyStop: true,
  });
  const { threat, steps = 100, starts = [], restarts = 8, near = 0.05, earlyStop = true } = options;
  requireBudget(threat, 'ridgeSearch');
  if (threat.norm !== l2 || threat.box || threat.mask)
    throw new InputError('ridgeSearch works in l2 without a box or a mask; use pgd');
  requireInteger({ steps }, 1);
  requireInteger({ restarts });
  requireShare({ near });
  requireStarts(starts);
  const [first, ...others]: readonly Start[] = starts.length > 0 ? starts : ['none'];
  const own = { loss: margin, earlyStop };
  const plansOf = ({ model }: SearchTask): readonly AscentPlan[] => {
    const stepSizes = stepSizesOf(steps);
    const longer = stepSizes.map((size) => WAY * size);
    const gradientModels = graduated(ridgesOf(model));
    const from = (start: Start): AscentPlan => ({ ...own, stepSizes: longer, start, gradientModels });
    const random = Array.from({ length: restarts }, () => from('random'));
    return [from(first), { ...own, stepSizes, start: first }, ...others.map(from), ...random];
  };

  const search = (task: SearchTask): Found => {
    const worst = worstCase(task.x.shape);
    const left = tidy(() => progress(task, task.model(task.x))).map((reached) => -near * Math.abs(reached));
    let rows = [...task.keys.keys()];
    for (const [at, plan] of plansOf(task).entries()) {
      if (rows.length === 0) break;
      const some = withKeys(takeTask(task, rows), at);
      const found = gramAscent.best(some, plan);
      worst.consider(rows, found);
      for (const tensor of [some.x, some.labels, found.delta]) tensor.dispose();
      rows = rows.filter(
        (row) => worst.reached[row] >= left[row] && !(earlyStop && meetsGoal(task, worst.reached[row])),
      );
    }
    return worst.found();
  };
  const label = `ridge search-${threat.norm.name}, ${steps} ${steps === 1 ? 'step' : 'steps'}, ${1 + others.length + restarts} starts`;
  return graded(label, threat, search, (task) => gramAscent.last(withKeys(task, 0), plansOf(task)[0]));
}

/** Each ascent has random numbers of its own, whichever go before it. */
const withKeys = (task: SearchTask, ascent: number): SearchTask => ({
  ...task,
  keys: task.keys.map((key) => key.child('ascent', ascent)),
});

function requireStarts(starts: readonly StartFunction[]): void {
  const isList = Array.isArray(starts);
  const bad = isList ? starts.findIndex((start) => typeof start !== 'function') : -1;
  if (isList && bad < 0) return;
  throw new InputError(
    `starts must be an array of functions, such as [mixtureStart({ threat, direction })], got ${isList ? `${described(starts[bad])} at ${bad}` : described(starts)}`,
  );
}

function ridgesOf({ ridges }: Classifier): RidgeSum {
  const found = ridges?.();
  if (found) return found;
  throw new InputError(
    'ridgeSearch needs a model that is a sum of ridge functions, such as classifier(symmetricTwoLayer(...), params), got one without ridges; use pgd',
  );
}

/** The network averaged over less and less noise; itself, if it has no threshold that noise could carry a neuron over. */
function graduated(ridges: RidgeSum): readonly Classifier[] {
  const largest = ridges.knots.at(-1) ?? 0;
  const scales = largest > 0 ? SCALES : [0];
  return scales.map((scale) => {
    const averaged = averagedRidges(ridges, scale * largest);
    return Object.assign((x: Tensor2D) => ridgeScores(x, averaged), { ridges: () => averaged }) as Classifier;
  });
}
