import { type Attack, InputError, linf, margin, perturb } from '@advml/core';
import { ADAM, adamDirection, adamMean, requireInteger, requirePositive, requireShare } from '@advml/core/internal';
import {
  abs,
  add,
  div,
  greaterEqual,
  mul,
  onesLike,
  square,
  sub,
  type Tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { requireSettings } from '../search/require-settings.ts';
import { scaleRows, widthOf } from '../search/rows.ts';
import { meetsGoal, type SearchTask } from '../search/search.ts';
import { slope } from '../search/slope.ts';
import { type Chase, visit } from './chase.ts';
import { cosine } from './cosine.ts';
import { type MinimalDistanceOptions, minimalDistance } from './minimal-distance.ts';
import { thin } from './thin.ts';

/** What {@link sigmaZero} may do. */
export interface SigmaZeroOptions extends Pick<MinimalDistanceOptions, 'threat' | 'restarts'> {
  /** Steps of one search, at least 1. Default: 300. */
  readonly steps?: number;
  /** First length of a step, in units of the box; the last is a tenth of it. Default: 1. */
  readonly stepSize?: number;
  /** Where the smooth count of an entry is a half: the square of its change, in units of the box. Default: 0.001. */
  readonly sigma?: number;
  /** The first size below which an entry goes back to zero, in units of the box. Default: 0.3. */
  readonly threshold?: number;
  /** Rounds in which what was found is thinned out, one gradient and some passes forward each. Default: 4, and 0 for none. */
  readonly polish?: number;
}

/** By how much the threshold rises or falls in a step, as a share of the step. */
const THRESHOLD_RATE = 0.01;
/** The loss of an input as it stands. */
const FIRST_LOSS = 10;

/** What a search hands on from step to step. */
interface Descent {
  readonly delta: Tensor;
  readonly mean: Tensor;
  readonly squares: Tensor;
}

/** In which units a search works, one number an example. */
interface Scale {
  /** One unit of length, in input units. */
  readonly units: readonly number[];
  /** What the margin is multiplied by. */
  readonly weights: readonly number[];
}

/** The units at the inputs, from loss and gradient there. Where neither says anything they are 1. */
function scaleAt(loss: Float32Array, gradient: Tensor, width: number): Scale {
  const steepest = linf.size(gradient).dataSync<'float32'>();
  const sizes = Array.from(loss, Math.abs);
  return {
    units: sizes.map((size, place) => (width < Infinity ? width : size / steepest[place] || 1)),
    weights: sizes.map((size) => FIRST_LOSS / (size || 1)),
  };
}

/** The slope of the objective at perturbations in units, its largest entry 1. The margin counts until the goal is met. */
function downhill(
  delta: Tensor,
  gradient: Tensor,
  won: readonly boolean[],
  { units, weights }: Scale,
  sigma: number,
): Tensor {
  const count = div(mul(delta, (2 * sigma) / widthOf(delta)), square(add(square(delta), sigma)));
  const pulls = units.map((unit, place) => (won[place] ? 0 : unit * weights[place]));
  const slopeThere = sub(count, scaleRows(gradient, pulls));
  const largest = linf.size(slopeThere).dataSync<'float32'>();
  return scaleRows(
    slopeThere,
    Array.from(largest, (size) => (size > 0 ? 1 / size : 0)),
  );
}

/** Perturbations without the entries below a threshold, one an example. */
function cutBelow(delta: Tensor, thresholds: readonly number[]): Tensor {
  const stays = greaterEqual(abs(delta), scaleRows(onesLike(delta), thresholds));
  return where(stays, delta, zerosLike(delta));
}

/**
 * Sigma-zero: looks for an error that changes as few entries as possible, by gradient descent on a smooth count of them.
 *
 * ```math
 * \min_\delta\; \max(m(x + \delta), 0) + \frac1d \sum_j \frac{\delta_j^2}{\delta_j^2 + \sigma}
 * ```
 *
 * with the margin $`m`$, positive until the goal is met. Gradients are divided by their largest entry, Adam takes steps that fall to a
 * tenth along half a cosine, and after each one entries below a threshold go back to zero; the threshold rises by a hundredth of the
 * step where the goal is met and falls where it is not. The iterate with the fewest entries that meets the goal counts.
 *
 * Deviations: the margin is divided by a tenth of that of the input, so that the scale of outputs does not matter; lengths are shares of
 * the box's width or, without a finite box, of the change by which one entry alone would meet the goal on the linearized model; 300 steps
 * where the original takes 1000. What is found is thinned out: the fewest entries that are enough on the linearized model there are tried,
 * and it is bisected how many of those that gain least can be dropped. So on a linear score the closest error is found exactly. Entries
 * are counted, not pixels; see `l0`.
 *
 * @param options - See {@link SigmaZeroOptions}; the norm is l0.
 * @returns An attack; its result's `x` is owned by the caller, and `distance` is a number of entries.
 * @throws InputError if the norm is not l0, a count is too small, a length is not positive or `threshold` is not a share.
 * @example
 * ```ts
 * const attack = sigmaZero({ threat: ball(l0, Infinity, { low: 0, high: 1 }) });
 * const { distance } = attack(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Cina, Villani, Pintor, Schonherr, Biggio, Pelillo: sigma-zero: Gradient-based Optimization of l0-norm Adversarial Examples, 2024
 * (arXiv:2402.01879), algorithm 1 and the code of its authors, from which Adam is.
 */
export function sigmaZero(options: SigmaZeroOptions): Attack {
  requireSettings<SigmaZeroOptions>(
    'sigmaZero',
    options,
    { threat: true, restarts: true, polish: true, steps: true, stepSize: true, sigma: true, threshold: true },
    true,
  );
  const { threat, steps = 300, stepSize = 1, sigma = 1e-3, threshold = 0.3, polish = 4 } = options;
  requireInteger({ steps }, 1);
  requireInteger({ polish });
  requirePositive({ stepSize, sigma }, 'units of the box');
  requireShare({ threshold });
  if (threat.norm.name !== 'l0')
    throw new InputError(`sigmaZero works in l0, got ${threat.norm.name}; fmn works in l1, l2 and linf`);
  const width = threat.box ? threat.box.high - threat.box.low : Infinity;

  const pursue = (chase: Chase, start: Tensor): void => {
    const { task } = chase;
    const { model, x, keys } = task;
    const boundless: SearchTask = { ...task, threat: { ...task.threat, box: undefined } };
    const thresholds = keys.map(() => threshold);
    let scale: Scale | undefined;

    const look = (at: Tensor, draw: number) => {
      const found = slope(boundless, at, { model, loss: margin, draw });
      for (const place of keys.keys()) chase.spend(place, { gradients: 1, flat: found.flat.includes(place) });
      return found;
    };
    const scaleOf = ({ loss, gradient }: ReturnType<typeof look>) => scaleAt(loss, gradient, width);
    const stepped = ({ delta, mean, squares }: Descent, step: number): Descent => {
      const found = look(perturb(threat, x, delta), step);
      const { gradient, output } = found;
      const won = Array.from(chase.note(delta, output), (reached) => meetsGoal(task, reached));
      scale ??= scaleOf(found); // the first search starts at the inputs
      const { units } = scale;
      const inUnits = scaleRows(
        delta,
        units.map((unit) => 1 / unit),
      );
      const own = downhill(inUnits, gradient, won, scale, sigma);
      const next = { mean: adamMean(mean, own, ADAM.beta1), squares: adamMean(squares, square(own), ADAM.beta2) };
      const rate = cosine([stepSize, stepSize / 10], step, steps);
      const moved = sub(inUnits, mul(adamDirection(next.mean, next.squares, step + 1), rate));
      for (const [place, isWon] of won.entries()) {
        const raised = thresholds[place] + (isWon ? THRESHOLD_RATE : -THRESHOLD_RATE) * rate;
        thresholds[place] = Math.min(Math.max(raised, 0), 1);
      }
      const inBox = sub(perturb(threat, x, scaleRows(moved, units)), x);
      const least = thresholds.map((share, place) => share * units[place]);
      return { ...next, delta: cutBelow(inBox, least) };
    };
    if (start.dataSync().some((value) => value !== 0)) {
      tidy(() => {
        scale = scaleOf(look(x, steps));
      });
    }
    let state: Descent = { delta: start.clone(), mean: zerosLike(start), squares: zerosLike(start) };
    for (let step = 0; step < steps; step++) {
      const before = state;
      state = tidy(() => ({ ...stepped(before, step) }));
      for (const tensor of Object.values(before)) tensor.dispose();
    }
    visit(chase, state.delta);
    for (const tensor of Object.values(state)) tensor.dispose();
    thin(chase, polish);
  };
  return minimalDistance(`sigma-zero-l0, ${steps} steps`, { ...options, lineSearch: 0, polish: 0 }, pursue);
}
