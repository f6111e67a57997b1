import type { Attack, Threat } from '@advml/core';
import { requireSettings } from '../search/require-settings.ts';
import { type BatteryOptions, battery } from './battery.ts';
import { worstOf } from './worst-of.ts';

/** What {@link autoAttack} may do. */
export interface AutoAttackOptions extends BatteryOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
}

/**
 * AutoAttack: its standard ensemble as one attack that needs no settings, for a figure that others can compare theirs with.
 *
 * The members of `battery('standard')`, one after the other, each on the examples that withstood those before it: APGD with the
 * cross-entropy, APGD with the targeted DLR loss, targeted FAB, Square. Networks with scores or few classes have the margin where DLR
 * is not defined. In l0 they are `sparsePgd`, the same towards each class, `sigmaZero` and `noise`. To see what each member finds, give {@link battery} to `evaluate` of `@advml/metrics`.
 *
 * @param options - See {@link AutoAttackOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the radius is infinite, or a count is not a positive integer.
 * @example
 * ```ts
 * const attack = autoAttack({ threat: ball(linf, 8 / 255, { low: 0, high: 1 }) });
 * const { success } = attack(model, x, y, { key: key('evaluation', 7) });
 * ```
 * @see Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks,
 * 2020 (arXiv:2003.01690); Croce, Hein: Mind the box: l1-APGD for sparse adversarial attacks on image classifiers, 2021
 * (arXiv:2103.01208), for l1.
 */
export function autoAttack(options: AutoAttackOptions): Attack {
  requireSettings<AutoAttackOptions>(
    'autoAttack',
    options,
    {
      threat: true,
      steps: true,
      queries: true,
      targets: true,
    },
    true,
  );
  const { threat, ...work } = options;
  return worstOf(battery('standard', work).map(({ attack }) => attack(threat)));
}
