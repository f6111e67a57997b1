import {
  type AnyClassifier,
  type Attack,
  type Batch,
  type Box,
  ball,
  InputError,
  type Norm,
  type Threat,
} from '@advml/core';
import { attackOn, requireOptions } from '@advml/core/internal';
import { marginsBeforeAttack } from './before-attack.ts';
import { clopperPearson, type Proportion } from './clopper-pearson.ts';
import { jobRunner } from './evaluation-runner.ts';
import { ATTACKED, type AttackedOptions } from './options.ts';
import { requireRadii } from './require-radii.ts';

/** What {@link robustnessCurve} takes. */
export interface RobustnessCurveOptions extends AttackedOptions {
  /** How perturbations are measured. */
  readonly norm: Norm;
  /** Radii in input units, in any order, each finite and >= 0. */
  readonly eps: readonly number[];
  /** Range of the inputs. Default: none. */
  readonly box?: Box;
  /** The attack for a threat, such as `(threat) => pgd({ threat, steps: 40 })`. */
  readonly attack: (threat: Threat) => Attack;
}

/** Accuracy at one radius. */
export interface RobustnessPoint {
  /** Radius in input units. */
  readonly eps: number;
  /** Share of examples that no attack up to this radius broke. */
  readonly accuracy: Proportion;
  /** The attack with its settings; `none` at radius 0. */
  readonly attack: string;
}

/** Accuracy against radius. */
export interface RobustnessCurve {
  /** The norm's name. */
  readonly norm: Norm['name'];
  /** One point a radius, in ascending order; accuracy never rises. */
  readonly points: readonly RobustnessPoint[];
  /** The smallest radius at which each example was broken: 0 where it is wrong without attack, infinite where none broke it. */
  readonly brokenAt: Float64Array;
  /** What the attacks say a reader of these numbers should know, each thing once; mostly empty. */
  readonly warnings: readonly string[];
}

/**
 * Robust accuracy against the radius of the attack.
 *
 * Radii are taken in ascending order, and a larger one attacks only what the smaller ones left. Whoever may move by more may also move
 * by less, so an example that was broken stays broken, and the curve cannot rise.
 *
 * ```math
 * \mathrm{acc}(\varepsilon) = \frac1n\,\bigl|\{\, i : y_i f(x_i) > 0 \text{ and } y_i f(x_i + \delta_i^{(r)}) > 0 \text{ for every radius } r \le \varepsilon \,\}\bigr|
 * ```
 *
 * @param model - The model under attack.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param options - Norm, box, radii, the attack for each of them, its key, and how to run.
 * @returns One point a radius, repeated radii taken once; at radius 0 the clean accuracy.
 * @throws InputError if there are no radii or one is negative or infinite, if the attack ignores the threat it is given, and as for
 * {@link robustAccuracy}.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const { points } = await robustnessCurve(model, { x, y }, {
 *   norm: l2,
 *   eps: [0, 0.05, 0.1, 0.2],
 *   attack: (threat) => pgd({ threat, steps: 40 }), // from '@advml/attacks'
 *   key: key('curve', 7),
 * });
 * ```
 */
export async function robustnessCurve(
  model: AnyClassifier,
  batch: Batch,
  options: RobustnessCurveOptions,
): Promise<RobustnessCurve> {
  requireOptions<RobustnessCurveOptions>('robustnessCurve', options, {
    ...ATTACKED,
    norm: true,
    eps: true,
    box: true,
    attack: true,
  });
  const { norm, box, confidence, key, onProgress } = options;
  requireRadii(options.eps);
  if (options.eps.length === 0) throw new InputError('eps must hold at least one radius, got none');
  const radii = [...new Set(options.eps)].sort((a, b) => a - b);
  const threats = radii.map((eps) => ball(norm, eps, box));

  const clean = await marginsBeforeAttack(model, batch, box, options);
  const count = clean.length;
  const brokenAt = Float64Array.from(clean, (margin) => (margin > 0 ? Infinity : 0));
  const known = radii[0] === 0 ? count : 0; // no attack is needed there
  const told = (done: number, total: number) => onProgress?.(known + done, total);
  const runner = jobRunner(model, batch, { ...options, onProgress: told, jobs: radii.length });
  const points: RobustnessPoint[] = [];
  for (const threat of threats) {
    const attack = threat.eps > 0 ? attackOn('robustnessCurve', threat, options.attack) : undefined;
    if (attack) {
      const positions = [...brokenAt.keys()].filter((at) => brokenAt[at] === Infinity);
      const outcomes = await runner.run({ attack, key, positions });
      for (const [place, at] of positions.entries()) if (!(outcomes[place].margin > 0)) brokenAt[at] = threat.eps;
    }
    const robust = brokenAt.filter((radius) => radius === Infinity).length;
    points.push({
      eps: threat.eps,
      accuracy: clopperPearson(robust, count, confidence),
      attack: attack?.label ?? 'none',
    });
  }
  onProgress?.(radii.length * count, radii.length * count);
  return Object.freeze({ norm: norm.name, points, brokenAt, warnings: [...runner.warnings] });
}
