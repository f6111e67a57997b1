import { type Attack, InputError, type Loss, margin, type Threat } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { manner } from '../search/manner.ts';
import { requireSettings } from '../search/require-settings.ts';
import type { Found, SearchTask } from '../search/search.ts';
import type { Start } from '../search/start.ts';
import { worstCase } from '../search/worst-case.ts';
import { adaptiveAscent } from './adaptive-ascent.ts';
import { sparseAscent } from './sparse-ascent.ts';

/** What {@link apgd} may do. */
export interface ApgdOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Gradient steps, at least 1. Default: 100. */
  readonly steps?: number;
  /** What the attacker raises, one value an example. Default: the margin. */
  readonly loss?: Loss;
  /** Where it starts: at a uniform random point of the ball, at the inputs, or where a function says. Default: a random point. */
  readonly start?: Start;
  /**
   * Whether an ascent in l1 begins in balls of three and two radii, for 30 of a hundred steps each. Default: false. It
   * helps on deep networks; on small ones it was weaker.
   */
  readonly shrinking?: boolean;
  /** Whether an example is left alone once it is fooled. Default: true. */
  readonly earlyStop?: boolean;
}

function nameOf(options: ApgdOptions): string {
  const { threat, steps = 100, shrinking } = options;
  const words = [`APGD-${threat.norm.name}`, `${steps} ${steps === 1 ? 'step' : 'steps'}`];
  return [...words, ...manner(options, 'random'), ...(shrinking ? ['shrinking balls'] : [])].join(', ');
}

/**
 * Auto-PGD: projected ascent that finds its own step sizes, the white-box core of AutoAttack.
 *
 * In l2 and l-infinity the first step is two radii long. At a checkpoint the step of an example is halved, and its ascent goes back to
 * its best point, if fewer than three quarters of the steps since the last checkpoint raised the loss. The same happens if step and
 * best loss have not changed since then. Between checkpoints the ascent carries momentum:
 *
 * ```math
 * z = \Pi\bigl(x_k + \eta\, s(\nabla L(x_k))\bigr), \qquad
 * x_{k+1} = \Pi\bigl(x_k + 0.75\,(z - x_k) + 0.25\,(x_k - x_{k-1})\bigr)
 * ```
 *
 * In l1 it moves the entries with the largest gradients, fewer as its best point becomes sparser. The first step is one radius long. If
 * the best point became sparser by a twentieth, the ascent goes back to it and to that length; else the step becomes shorter by a third.
 *
 * Deviations from the published code: checkpoints are the paper's for any number of steps; starts are uniform in the ball; projections
 * onto ball and box are exact in every norm; steps in l1 may become a hundred times shorter than there; larger balls in l1 are an
 * option. The default loss is the margin, whose gradient does not vanish on confident models. Every iterate inside the ball is graded,
 * and an example is left alone once it is fooled.
 *
 * @param options - See {@link ApgdOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the radius is infinite, `steps` is not a positive integer, or balls are to shrink outside l1.
 * @example
 * ```ts
 * const attack = apgd({ threat: ball(linf, 8 / 255, { low: 0, high: 1 }), loss: dlr });
 * ```
 * @see Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks,
 * 2020 (arXiv:2003.01690), algorithm 1; Croce, Hein: Mind the box: l1-APGD for sparse adversarial attacks on image
 * classifiers, 2021 (arXiv:2103.01208), for l1.
 */
export function apgd(options: ApgdOptions): Attack {
  requireSettings<ApgdOptions>('apgd', options, {
    threat: true,
    steps: true,
    loss: true,
    start: true,
    shrinking: true,
    earlyStop: true,
  });
  const { threat, steps = 100, loss = margin, start = 'random', shrinking = false, earlyStop = true } = options;
  requireBudget(threat, 'apgd');
  requireInteger({ steps }, 1);
  const sparse = threat.norm.name === 'l1';
  if (shrinking && !sparse) throw new InputError(`shrinking is for l1, got ${threat.norm.name}; leave it out`);
  const search = (task: SearchTask): Found => {
    const record = worstCase(task.x.shape);
    const plan = { steps, loss, start, earlyStop, record };
    if (sparse) sparseAscent(task, plan, shrinking);
    else adaptiveAscent(task, plan);
    return record.found();
  };
  return graded(nameOf(options), threat, search);
}
