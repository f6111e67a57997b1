import { l2, margin, projectDelta, type RidgeSum } from '@advml/core';
import { hasExtraKernel, runExtraKernel } from '@advml/core/internal';
import { add, matMul, mul, reshape, type Tensor, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { replaceRows } from '../search/rows.ts';
import { type SearchTask, takeTask } from '../search/search.ts';
import { startDelta } from '../search/start.ts';
import { type Candidates, worstCase } from '../search/worst-case.ts';
import { type Ascent, type AscentPlan, projectedAscent } from './projected-ascent.ts';

/** The network under attack, and those whose gradients are followed: sums of ridge functions with the same weights. */
interface Ridges {
  readonly attacked: RidgeSum;
  readonly followed: readonly RidgeSum[];
}

function ridgesOf(
  { model, threat, x, goal }: SearchTask,
  { loss, gradientModels = [model] }: AscentPlan,
): Ridges | undefined {
  if (threat.norm !== l2 || threat.box || threat.mask || goal || loss !== margin || x.rank !== 2) return undefined;
  if (!hasExtraKernel('RidgeAscent')) return undefined;
  const attacked = model.ridges?.();
  const followed = gradientModels.flatMap((each) => each.ridges?.() ?? []);
  const alike = ({ weight, knots }: RidgeSum) =>
    weight.dataId === attacked?.weight.dataId && knots.length === followed[0].knots.length;
  return attacked && followed.length === gradientModels.length && followed.every(alike)
    ? { attacked, followed }
    : undefined;
}

/** Gram matrices of weights that are evaluated, on the host; they go when the weights go. */
const gramOfWeights = new WeakMap<object, Float32Array>();

const gram = (weight: Tensor2D): Tensor2D => matMul(weight, weight, false, true);

function knownGram(weight: Tensor2D): Tensor2D {
  const neurons = weight.shape[0];
  const known = gramOfWeights.get(weight.dataId);
  if (known) return tensor2d(known, [neurons, neurons]);
  const made = gram(weight);
  gramOfWeights.set(weight.dataId, made.dataSync<'float32'>().slice());
  return made;
}

/** Where an ascent ended; `flat` are the examples that it gave up because their gradient was zero. */
interface Ascended {
  readonly delta: Tensor;
  readonly reached: readonly number[];
  readonly gradients: readonly number[];
  readonly flat: readonly number[];
}

/** Ascends in the space of preactivations, and comes back with one product. */
function ascend(task: SearchTask, plan: AscentPlan, { attacked, followed }: Ridges, wantBest: boolean): Ascended {
  const { threat, labels, targeted } = task;
  const count = task.keys.length;
  const { weight } = attacked;
  let report: number[][] = [];
  const delta = tidy(() => {
    const begin = startDelta(task, plan.start) as Tensor2D;
    const origin = matMul(task.x as Tensor2D, weight, false, true);
    const start = plan.start === 'none' ? origin : add(origin, matMul(begin, weight, false, true));
    const inputs = { origin, start, gram: wantBest ? knownGram(weight) : gram(weight) };
    const [q, reports] = runExtraKernel('RidgeAscent', inputs, {
      stepSizes: plan.stepSizes,
      radius: threat.radii,
      begun: threat.norm.size(begin).dataSync(),
      sign: Array.from(labels.dataSync(), (label) => (targeted ? label : -label)),
      wantBest,
      earlyStop: plan.earlyStop,
      attacked: { knots: attacked.knots, slopes: attacked.slopes },
      followed: followed.map(({ knots, slopes }) => ({ knots, slopes })),
    });
    report = reports.arraySync();
    const scale = reshape(tensor1d(report.map(([share]) => share)), [count, 1]);
    return projectDelta(threat, task.x, add(mul(begin, scale), matMul(q, weight)));
  });
  return {
    delta,
    reached: report.map(([, progress]) => progress),
    gradients: report.map(([, , taken]) => taken),
    flat: [...report.keys()].filter((row) => report[row][3] === 1),
  };
}

function best(task: SearchTask, plan: AscentPlan, ridges: Ridges): Candidates {
  const { flat, ...found } = ascend(task, plan, ridges, true);
  const rows = [...found.reached.keys()];
  const record = worstCase(task.x.shape);
  const candidates = { ...found, gradients: Int32Array.from(found.gradients), zeroGradient: rows.map(() => false) };
  record.consider(
    rows,
    candidates,
    rows.filter((row) => !flat.includes(row)),
  );
  found.delta.dispose();
  if (flat.length > 0) {
    const others = takeTask(task, flat);
    const ordinary = projectedAscent.best(others, plan);
    record.consider(flat, ordinary);
    for (const tensor of [others.x, others.labels, ordinary.delta]) tensor.dispose();
  }
  return record.found();
}

function last(task: SearchTask, plan: AscentPlan, ridges: Ridges): Tensor {
  const { delta, flat } = ascend(task, plan, ridges, false);
  if (flat.length === 0) return delta;
  return tidy(() => replaceRows(delta, flat, projectedAscent.last(takeTask(task, flat), plan)));
}

/** Steps from which an ascent in the space of preactivations does less work: it takes up to three products around them. */
const STEPS = 4;

/**
 * Projected ascent in l2, without a box, in the space of the preactivations of a network that says it is a sum of ridge
 * functions; anywhere else it is {@link projectedAscent}.
 *
 * A step along the gradient $`W^\top c`$ moves the preactivations by $`W W^\top c`$, and $`c`$ changes in the few neurons that
 * pass a knot. So a step adds a few rows of the Gram matrix, and the projection, which scales, is tracked exactly:
 *
 * ```math
 * u \leftarrow u_0 + s\,(u - u_0 + \beta\, W W^\top c), \quad \delta = W^\top q, \quad q \leftarrow s\,(q + \beta c), \quad
 * \beta = \alpha / \sqrt{c^\top W W^\top c}
 * ```
 *
 * The iterates are those of ordinary ascent, but for rounding. The choice does not depend on the batch, so neither do the
 * bits; only `last`, for training, where the matrix must be made anew at every step, asks whether steps times batch reach
 * the number of neurons. An example whose gradient is zero at some step is left to {@link projectedAscent}. The loss must be
 * the margin.
 */
export const gramAscent: Ascent = Object.freeze({
  best: (task: SearchTask, plan: AscentPlan) => {
    const ridges = plan.stepSizes.length < STEPS ? undefined : ridgesOf(task, plan);
    return ridges ? best(task, plan, ridges) : projectedAscent.best(task, plan);
  },
  last: (task: SearchTask, plan: AscentPlan) => {
    const ridges = plan.stepSizes.length < STEPS ? undefined : ridgesOf(task, plan);
    const pays = ridges && plan.stepSizes.length * task.keys.length >= ridges.attacked.weight.shape[0];
    return ridges && pays ? last(task, plan, ridges) : projectedAscent.last(task, plan);
  },
});
