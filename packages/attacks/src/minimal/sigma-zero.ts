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

/** The slope of the smooth count at perturbations in units, as a share of all entries. */
const countSlope = (delta: Tensor, sigma: number): Tensor =>
  tidy(() => div(mul(delta, (2 * sigma) / widthOf(delta)), square(add(square(delta), sigma))));

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
  const boundless = (task: SearchTask): SearchTask => ({ ...task, threat: { ...task.threat, box: undefined } });
  const width = threat.box ? threat.box.high - threat.box.low : Infinity;

  const pursue = (chase: Chase, start: Tensor): void => {
    const { task } = chase;
    const free = boundless(task);
    const thresholds = task.keys.map(() => threshold);
    const [units, weights] = [[] as number[], [] as number[]];

    const stepped = ({ delta, mean, squares }: Descent, step: number): Descent => {
      const { gradient, output, loss, flat } = slope(free, perturb(threat, task.x, delta), {
        model: task.model,
        loss: margin,
        draw: step,
      });
      for (const place of task.keys.keys()) chase.spend(place, { gradients: 1, flat: flat.includes(place) });
      const reached = chase.note(delta, output);
      const won = task.keys.map((_, place) => meetsGoal(task, reached[place]));
      if (step === 0) {
        const steepest = linf.size(gradient).dataSync<'float32'>();
        for (const [place, slopeOf] of steepest.entries()) {
          units[place] = width < Infinity ? width : Math.abs(loss[place] / slopeOf) || 1;
          weights[place] = FIRST_LOSS / (Math.abs(loss[place]) || 1);
        }
      }
      const own = units.map((unit) => 1 / unit);
      const inUnits = scaleRows(delta, own);
      const uphill = scaleRows(
        gradient,
        units.map((unit, place) => (won[place] ? 0 : unit * weights[place])),
      );
      const total = sub(countSlope(inUnits, sigma), uphill);
      const largest = linf.size(total).dataSync<'float32'>();
      const normalized = scaleRows(
        total,
        Array.from(largest, (size) => (size > 0 ? 1 / size : 0)),
      );
      const [nextMean, nextSquares] = [
        adamMean(mean, normalized, ADAM.beta1),
        adamMean(squares, square(normalized), ADAM.beta2),
      ];
      const rate = cosine([stepSize, stepSize / 10], step, steps);
      const moved = sub(inUnits, mul(adamDirection(nextMean, nextSquares, step + 1), rate));
      for (const [place, isWon] of won.entries())
        thresholds[place] = Math.min(Math.max(thresholds[place] + (isWon ? 1 : -1) * THRESHOLD_RATE * rate, 0), 1);
      const inBox = sub(perturb(threat, task.x, scaleRows(moved, units)), task.x);
      const least = scaleRows(
        onesLike(inBox),
        thresholds.map((least, place) => least * units[place]),
      );
      return {
        delta: where(greaterEqual(abs(inBox), least), inBox, zerosLike(inBox)),
        mean: nextMean,
        squares: nextSquares,
      };
    };
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
