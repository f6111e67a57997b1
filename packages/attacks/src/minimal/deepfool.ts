import { type Attack, perturb, projectDelta } from '@advml/core';
import { requireInteger, requireNonNegative } from '@advml/core/internal';
import { add, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { requireSettings } from '../search/require-settings.ts';
import { scaleRows, takeRows } from '../search/rows.ts';
import { meetsGoal } from '../search/search.ts';
import { boundaryAt, stepToBoundary } from './boundary.ts';
import { type Chase, visit } from './chase.ts';
import { type MinimalDistanceOptions, minimalDistance } from './minimal-distance.ts';

/** What {@link deepFool} may do. */
export interface DeepFoolOptions extends MinimalDistanceOptions {
  /** Steps at most. Default: 50. */
  readonly steps?: number;
  /** How far the sum of all steps is overshot, as a share of it. Default: 0.02. */
  readonly overshoot?: number;
  /** Classes whose boundaries are looked at, the label's own among them, those with the largest logits. Default: 10. */
  readonly classes?: number;
}

/** The examples that are still on their own side, and their steps so far, added up. */
interface Walk {
  readonly chase: Chase;
  readonly sum: Tensor;
}

function disposeOf({ chase: { task }, sum }: Walk): void {
  for (const tensor of [task.x, task.labels, sum]) tensor.dispose();
}

/**
 * DeepFool: step after step to the nearest boundary of the linearized model, until the class changes.
 *
 * ```math
 * r = \operatorname*{argmin}_{f_l(x) + \langle \nabla f_l, r \rangle = 0} \|r\|_p, \qquad
 * l = \operatorname*{argmin}_k \frac{|f_k|}{\|\nabla f_k\|_q}, \quad f_k = z_k - z_y
 * ```
 *
 * It is fast, and exact where the model is linear, with or without a box, and one boundary decides. Elsewhere, and where the region
 * of a target has several boundaries, it ends on a boundary, but not on its nearest part: its distances are upper bounds, which
 * `fab` and `fmn` lower. Steps stay inside the box; the original knows none. Unlike the original, the overshoot is taken back by the
 * line search.
 *
 * @param options - See {@link DeepFoolOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if a count is too small or `overshoot` is negative.
 * @example
 * ```ts
 * const { distance } = deepFool({ threat: ball(l2, Infinity) })(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Moosavi-Dezfooli, Fawzi, Frossard: DeepFool: a simple and accurate method to fool deep neural networks, 2015
 * (arXiv:1511.04599).
 */
export function deepFool(options: DeepFoolOptions): Attack {
  requireSettings<DeepFoolOptions>('deepFool', options, {
    threat: true,
    restarts: true,
    lineSearch: true,
    polish: true,
    steps: true,
    overshoot: true,
    classes: true,
  });
  const { threat, steps = 50, overshoot = 0.02, classes = 10 } = options;
  requireInteger({ steps }, 1);
  requireInteger({ classes }, 2);
  requireNonNegative({ overshoot }, 'a share of the perturbation');
  const unlimited = { ...threat, eps: Infinity };

  /** Steps with all examples that are not across yet; the next state is new. */
  const stepped = ({ chase, sum }: Walk, step: number): Walk => {
    const { x, keys } = chase.task;
    const delta = tidy(() => projectDelta(unlimited, x, scaleRows(sum, 1 + overshoot)));
    const reached = visit(chase, delta);
    const left = [...keys.keys()].filter((place) => step < steps && !meetsGoal(chase.task, reached[place]));
    const rest = chase.only(left);
    const next = tidy(() => {
      if (left.length === 0) return takeRows(sum, left);
      const at = perturb(threat, rest.task.x, takeRows(delta, left));
      const { gap, gradient } = boundaryAt(rest, at, step, classes - 1);
      return add(takeRows(sum, left), stepToBoundary(rest.task, at, gap, gradient));
    });
    delta.dispose();
    return { chase: rest, sum: next };
  };
  const pursue = (chase: Chase, start: Tensor): void => {
    let walk: Walk = { chase: chase.only([...chase.task.keys.keys()]), sum: start.clone() };
    for (let step = 0; walk.chase.task.keys.length > 0; step++) {
      const next = stepped(walk, step);
      disposeOf(walk);
      walk = next;
    }
    disposeOf(walk);
  };
  return minimalDistance(`DeepFool-${threat.norm.name}, ${steps} steps`, options, pursue);
}
