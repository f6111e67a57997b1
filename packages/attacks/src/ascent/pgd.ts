import { type Attack, type Classifier, InputError, type Loss, margin, type Threat } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { manner } from '../search/manner.ts';
import { requireSettings } from '../search/require-settings.ts';
import { type Found, meetsGoal, type SearchTask, takeTask } from '../search/search.ts';
import type { StartFunction } from '../search/start.ts';
import { worstCase } from '../search/worst-case.ts';
import { gramAscent } from './gram-ascent.ts';
import type { Ascent, AscentPlan } from './projected-ascent.ts';
import { stepSizesOf } from './step-sizes.ts';

/** What {@link pgd} may do. */
export interface PgdOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Gradient steps of one restart, at least 1. */
  readonly steps: number;
  /** Length of every step as a share of the radius. Default: steps fall evenly from `20 / (steps + 1)`, ten radii in all. */
  readonly stepSize?: number;
  /** Independent ascents, the worst of which counts for each example. Default: 1. */
  readonly restarts?: number;
  /** What the attacker raises, one value an example. Default: the margin. */
  readonly loss?: Loss;
  /**
   * Where ascents start, by default `random` points of the ball: those, the inputs themselves (`none`), the inputs in the
   * first ascent and random points after it, or where a function says.
   */
  readonly start?: 'random' | 'none' | 'first-at-x-then-random' | StartFunction;
  /**
   * Whether an example is left alone once it is fooled. Default: true. Turn it off to see how far the
   * margin can be pushed, or to compare directions of perturbations.
   */
  readonly earlyStop?: boolean;
  /** A model to take gradients from where those of the attacked model are zero or misleading, such as a smoothed one. */
  readonly gradientModel?: Classifier;
  /** The inner loop. Default: the quickest that gives the same: see {@link gramAscent}. */
  readonly ascent?: Ascent;
}

/** Each restart's own start and keys, so that a restart is the same whether or not others go before it. */
function restartOf(start: NonNullable<PgdOptions['start']>, restart: number): AscentPlan['start'] {
  if (start === 'first-at-x-then-random') return restart === 0 ? 'none' : 'random';
  return start;
}

const withRestartKeys = (task: SearchTask, restart: number): SearchTask => ({
  ...task,
  keys: task.keys.map((key) => key.child('restart', restart)),
});

function nameOf(options: PgdOptions): string {
  const { threat, steps, restarts } = options;
  const words = [`PGD-${threat.norm.name}`, `${steps} ${steps === 1 ? 'step' : 'steps'}`];
  if (restarts && restarts > 1) words.push(`${restarts} restarts`);
  return [...words, ...manner(options, 'random')].join(', ');
}

/**
 * Projected gradient descent, the standard first-order attack.
 *
 * Steps up the loss in the norm's steepest direction, and projects back after every step. An example counts as fooled
 * if any iterate of any restart fools it; its worst iterate is the result. The loss is summed over the batch, so
 * an example's path depends on no other example.
 *
 * ```math
 * x_{t+1} = \Pi_{\mathcal B(x,\varepsilon)}\bigl(x_t + \alpha\varepsilon\, s(\nabla_x L(f(x_t), y))\bigr)
 * ```
 *
 * The loss is the margin, where Madry et al. take the cross-entropy. The gradient of cross-entropy vanishes in single precision once
 * the model is confident, and its direction changes with the scale of the logits. The margin's does neither. For a score the two directions are the same.
 *
 * Steps fall evenly to almost nothing and add up to ten radii, where Madry et al. take equal ones of 2.5 radii in all. On
 * a sphere those end at an angle that more of them do not make smaller: on a linear model in l2, from random points, at 98% of what
 * can be reached.
 *
 * For adversarial training, `perturb` runs one ascent of all steps and gives its last iterate.
 *
 * @param options - See {@link PgdOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the radius is infinite, `steps` or `restarts` is not a positive integer, `stepSize` is not positive, or all restarts
 * would be the same.
 * @example
 * ```ts
 * const attack = pgd({ threat: ball(l2, 0.11), steps: 100, restarts: 5 });
 * const { success } = attack(model, x, y, { key: key('evaluation', 7) }); // one boolean an example
 * ```
 * @see Madry, Makelov, Schmidt, Tsipras, Vladu: Towards Deep Learning Models Resistant to Adversarial
 * Attacks, 2018 (arXiv:1706.06083), section 4.
 */
export function pgd(options: PgdOptions): Attack {
  requireSettings<PgdOptions>('pgd', options, {
    threat: true,
    steps: true,
    stepSize: true,
    restarts: true,
    loss: true,
    start: true,
    earlyStop: true,
    gradientModel: true,
    ascent: true,
  });
  const { threat, steps, restarts = 1, loss = margin, start = 'random', earlyStop = true } = options;
  requireBudget(threat, 'pgd');
  requireInteger({ steps, restarts }, 1);
  const { stepSize, gradientModel, ascent = gramAscent } = options;
  const stepSizes = stepSizesOf(steps, stepSize);
  if (start === 'none' && restarts > 1) {
    throw new InputError(
      `restarts must be 1 with start 'none', where all would be the same, got ${restarts}; use 'first-at-x-then-random'`,
    );
  }
  const planOf = (restart: number): AscentPlan => ({
    stepSizes,
    start: restartOf(start, restart),
    loss,
    gradientModels: gradientModel && [gradientModel],
    earlyStop,
  });

  const search = (task: SearchTask): Found => {
    const worst = worstCase(task.x.shape);
    let rows = [...task.keys.keys()];
    for (let restart = 0; restart < restarts && rows.length > 0; restart++) {
      const some = takeTask(task, rows);
      const found = ascent.best(withRestartKeys(some, restart), planOf(restart));
      worst.consider(rows, found);
      for (const tensor of [some.x, some.labels, found.delta]) tensor.dispose();
      if (earlyStop) rows = rows.filter((row) => !meetsGoal(task, worst.reached[row]));
    }
    return worst.found();
  };
  return graded(nameOf(options), threat, search, (task) => ascent.last(withRestartKeys(task, 0), planOf(0)));
}
