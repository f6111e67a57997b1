import { type Attack, InputError, perturb, restrict } from '@advml/core';
import { ADAM, adamDirection, adamMean, requireInteger, requirePositive } from '@advml/core/internal';
import {
  add,
  div,
  divNoNan,
  greater,
  maximum,
  minimum,
  mul,
  onesLike,
  square,
  step,
  sub,
  type Tensor,
  tanh,
  tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { requireSettings } from '../search/require-settings.ts';
import { scaleRows, takeRows } from '../search/rows.ts';
import { meetsGoal, type SearchTask, someDistance } from '../search/search.ts';
import { boundaryAt, stepToBoundary } from './boundary.ts';
import type { Chase } from './chase.ts';
import { type MinimalDistanceOptions, minimalDistance } from './minimal-distance.ts';
import { searchWeights } from './search-weights.ts';

/** What {@link carliniWagner} may do. */
export interface CarliniWagnerOptions extends MinimalDistanceOptions {
  /** Adam's steps in one descent, at least 2, for the first point is the start. Default: 1000. */
  readonly steps?: number;
  /** Descents, each with another weight of the margin. Default: 9. */
  readonly descents?: number;
  /** Adam's rate, in units of `s`, or of half the box's width where `s` is longer. Default: 0.01. */
  readonly rate?: number;
  /** The first weight of the margin, `c`. Default: 1. */
  readonly weight?: number;
  /** Classes whose boundaries decide where descents start, the label's own among them. Default: 10. */
  readonly classes?: number;
}

const { beta1, beta2 } = ADAM;

/** How close to a bound coordinates lead, as a share of the way: there `tanh` has no slope. */
const CLOSEST = 1 - 1e-6;
/** Where coordinates end, in units of the way to the bound. */
const FARTHEST = Math.atanh(CLOSEST);

/** The shortest way to a bound that is reckoned with; an entry at its bound has none. */
const SHORTEST = 1e-30;

/** A descent is over when a tenth of its steps lowers the objective by less than this share. */
const PROGRESS = 1e-4;

/** One example's objective; see {@link carliniWagner}. */
interface Aim {
  /** `s`, how far the input is from the nearest boundary of the linearized model. */
  readonly length: number;
  /** `g`, the size of the margin's gradient at the input. */
  readonly slope: number;
  /** `c`, the weight of the margin. */
  readonly weight: number;
}

/** The examples that a descent still works on. Its tensors are its own. */
interface Descent {
  readonly chase: Chase;
  /** Their places in the pursuit. */
  readonly places: readonly number[];
  /** Their coordinates. */
  readonly w: Tensor;
  /** Mean of the gradients. */
  readonly mean: Tensor;
  /** Mean of their squares. */
  readonly squares: Tensor;
}

function disposeOf({ chase: { task }, w, mean, squares }: Descent): void {
  for (const tensor of [task.x, task.labels, w, mean, squares]) tensor.dispose();
}

/** How far each entry may move down and up, infinite where there is no bound. */
function roomsOf({ x, threat: { box } }: SearchTask): { down: Tensor; up: Tensor } {
  const room = (way: Tensor) => maximum(way, SHORTEST);
  return { down: room(sub(x, box?.low ?? -Infinity)), up: room(sub(box?.high ?? Infinity, x)) };
}

/** Perturbations in coordinates that know no box: themselves where there is no bound. */
function coordinatesOf(task: SearchTask, delta: Tensor): Tensor {
  if (!task.threat.box) return delta.clone();
  return tidy(() => {
    const { down, up } = roomsOf(task);
    const [wished, below, above] = [delta, down, up].map((tensor) => tensor.dataSync<'float32'>());
    const coordinates = wished.map((value, at) => {
      const room = value < 0 ? below[at] : above[at];
      return room < Infinity ? room * Math.atanh(Math.max(-CLOSEST, Math.min(value / room, CLOSEST))) : value;
    });
    return withinRooms(task, tensor(coordinates, delta.shape));
  });
}

/** Coordinates no farther out than where `tanh` has come to its end, so that they find the way back. */
function withinRooms(task: SearchTask, w: Tensor): Tensor {
  if (!task.threat.box) return w;
  const { down, up } = roomsOf(task);
  return maximum(minimum(w, mul(up, FARTHEST)), mul(down, -FARTHEST));
}

/** Perturbations from their coordinates, and how fast they change with them. */
function perturbationAt(task: SearchTask, w: Tensor): { delta: Tensor; change: Tensor } {
  const { threat } = task;
  if (!threat.box) return { delta: restrict(threat, w), change: onesLike(w) };
  const { down, up } = roomsOf(task);
  const nearness = div(1, where(greater(w, 0), up, down)); // 0 where there is no bound
  const share = tanh(mul(w, nearness));
  const bent = divNoNan(share, nearness);
  const straight = mul(w, sub(1, step(nearness)));
  return { delta: restrict(threat, add(bent, straight)), change: sub(1, square(share)) };
}

/**
 * The attack of Carlini and Wagner in l2: Adam lowers the squared distance and a weighted margin together; the weight is
 * searched for by bisection, example by example.
 *
 * ```math
 * \min_w\; \frac{\|\delta\|_2^2}{s^2} + \frac{c}{g s} \max(-m(x + \delta), 0), \qquad
 * \delta_j = r_j \tanh \frac{w_j}{r_j}
 * ```
 *
 * with the margin $`m`$, positive where the goal is met, and $`r_j`$ the way of an entry to its bound in the direction of
 * $`w_j`$; $`w_j = \delta_j`$ where there is none. The original bends the whole box in this way, not what is left of it around each
 * entry, and so loses inputs that are small beside their box. It is the original's objective with
 * each example's weight in a unit of its own: $`s`$ is the distance of the nearest boundary of the linearized model and $`g`$
 * the slope of the margin towards it, so on a linear model $`c = 2`$ is the smallest weight that succeeds, whatever the scale of inputs and
 * outputs. Descents start at that boundary. The original starts at the input, follows the class with the largest logit,
 * whose boundary need not be the nearest, and begins with $`c = 10^{-3}`$ in the unit of the logits and 10,000 steps.
 *
 * @param options - See {@link CarliniWagnerOptions}; the norm is l2.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the norm is not l2, a count is too small, or `rate` or `weight` is not positive.
 * @example
 * ```ts
 * const attack = carliniWagner({ threat: ball(l2, Infinity, { low: 0, high: 1 }), steps: 200 });
 * const { distance } = attack(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Carlini, Wagner: Towards Evaluating the Robustness of Neural Networks, 2016 (arXiv:1608.04644); Kingma, Ba: Adam: A Method
 * for Stochastic Optimization, 2014 (arXiv:1412.6980).
 */
export function carliniWagner(options: CarliniWagnerOptions): Attack {
  requireSettings<CarliniWagnerOptions>('carliniWagner', options, {
    threat: true,
    restarts: true,
    lineSearch: true,
    polish: true,
    steps: true,
    descents: true,
    rate: true,
    weight: true,
    classes: true,
  });
  const { threat, steps = 1000, descents = 9, rate = 0.01, weight = 1, classes = 10 } = options;
  requireInteger({ steps }, 2);
  requireInteger({ descents }, 1);
  requireInteger({ classes }, 2);
  requirePositive({ rate, weight });
  if (threat.norm.name !== 'l2')
    throw new InputError(`carliniWagner works in l2, got ${threat.norm.name}; fmn works in l1, l2 and linf`);
  const { norm } = threat;
  const half = threat.box ? (threat.box.high - threat.box.low) / 2 : Infinity;
  const check = Math.ceil(steps / 10);

  /** Where descents start and how their objectives are measured: at the nearest boundary of the linearized model. */
  const begin = (chase: Chase, start: Tensor): { origin: Tensor; aims: Aim[] } => {
    const { task } = chase;
    let aims: Aim[] = [];
    const origin = tidy(() => {
      const at = perturb(threat, task.x, start);
      const { gap, gradient } = boundaryAt(chase, at, 0, classes - 1);
      const delta = add(start, stepToBoundary(task, at, gap, gradient));
      const sizes = norm.size(delta).dataSync<'float32'>();
      const slopes = Array.from(norm.size(gradient).dataSync<'float32'>());
      aims = slopes.map((slope, at) => ({ slope, weight, length: sizes[at] || someDistance(task, at) }));
      return coordinatesOf(task, delta);
    });
    return { origin, aims };
  };

  /** Adam's next coordinates and means, with how far the examples came and what their objectives were before. */
  const move = ({ chase, w, mean, squares }: Descent, aims: readonly Aim[], step: number) => {
    const { task } = chase;
    let reached: ArrayLike<number> = [];
    let objective: number[] = [];
    const moved = tidy(() => {
      const { delta, change } = perturbationAt(task, w);
      const { gap, gradient, output } = boundaryAt(chase, perturb(threat, task.x, delta), step);
      reached = chase.note(delta, output);
      const sizes = norm.size(delta).dataSync<'float32'>();
      const pulls = aims.map(({ length }) => 2 / length);
      const pushes = aims.map(({ slope, weight: c }, at) => (gap[at] < 0 ? c / slope : 0));
      objective = aims.map(({ length }, at) => (sizes[at] / length) ** 2 - (pushes[at] * gap[at]) / length);
      const slopes = mul(change, sub(scaleRows(delta, pulls), scaleRows(gradient, pushes))); // of `s` times the objective
      const first = adamMean(mean, slopes, beta1);
      const second = adamMean(squares, square(slopes), beta2);
      const rates = aims.map(({ length }) => rate * Math.min(length, half));
      return [withinRooms(task, sub(w, scaleRows(adamDirection(first, second, step), rates))), first, second];
    });
    return { moved, reached, objective };
  };

  /** Adam's descent; says which examples it fooled once it had left its start. */
  const descend = (whole: Chase, origin: Tensor, aims: readonly Aim[]): boolean[] => {
    const all = [...aims.keys()];
    const met = all.map(() => false);
    const before = all.map(() => Infinity);
    const still = zerosLike(origin);
    let descent: Descent = {
      chase: whole.only(all),
      places: all,
      w: origin.clone(),
      mean: still,
      squares: still.clone(),
    };
    for (let step = 1; step <= steps && descent.places.length > 0; step++) {
      const { chase, places } = descent;
      const own = places.map((place) => aims[place]);
      const { moved, reached, objective } = move(descent, own, step);
      const isCheck = step % check === 0;
      const left = [...places.keys()].filter((at) => !isCheck || objective[at] < (1 - PROGRESS) * before[places[at]]);
      for (const [at, place] of places.entries()) {
        met[place] ||= step > check && meetsGoal(chase.task, reached[at]);
        if (isCheck) before[place] = objective[at];
      }
      const [w, mean, squares] = moved.map((tensor) => takeRows(tensor, left));
      for (const tensor of moved) tensor.dispose();
      const rest = { chase: chase.only(left), places: left.map((at) => places[at]), w, mean, squares };
      disposeOf(descent);
      descent = rest;
    }
    disposeOf(descent);
    return met;
  };

  const pursue = (chase: Chase, start: Tensor): void => {
    const { origin, aims } = begin(chase, start);
    const weights = aims.map(() => weight);
    searchWeights(weights, descents, (own) =>
      descend(
        chase,
        origin,
        aims.map((aim, at) => ({ ...aim, weight: own[at] })),
      ),
    );
    origin.dispose();
  };
  return minimalDistance(`C&W-l2, ${descents} x ${steps} steps`, options, pursue);
}
