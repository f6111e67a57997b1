import type { Attack, Threat } from '@advml/core';
import { graded } from '../search/graded.ts';
import { type AscentPlan, projectedAscent } from './projected-ascent.ts';

/**
 * An attack of a single projected ascent.
 *
 * @param label - What the attack is with its settings.
 * @param threat - The perturbations it may make.
 * @param plan - What the ascent does.
 * @returns A frozen attack; its `perturb` gives the last iterate.
 */
export function ascentAttack(label: string, threat: Threat, plan: AscentPlan): Attack {
  return graded(
    label,
    threat,
    (task) => projectedAscent.best(task, plan),
    (task) => projectedAscent.last(task, plan),
  );
}
