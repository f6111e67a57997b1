import { apgd, autoAttack, pgd, worstOf } from '@advml/attacks';
import { type Attack, crossEntropy, margin, type Threat } from '@advml/core';
import type { MainSetting } from './main-setting.ts';

/**
 * The standard battery as one attack: each member on what those before it left.
 *
 * @param threat - What the attacker may do.
 * @param setting - A complete setting.
 * @returns The attack.
 */
export function standardAttack(threat: Threat, { evaluation: { steps, queries, targets } }: MainSetting): Attack {
  return autoAttack({ threat, steps, queries, targets });
}

/**
 * A quicker attack for curves and for comparisons of many networks: PGD on the cross-entropy, then APGD on the margin.
 *
 * @param threat - What the attacker may do.
 * @param setting - A complete setting.
 * @returns The attack.
 */
export function probeAttack(threat: Threat, { evaluation: { probeSteps: steps } }: MainSetting): Attack {
  return worstOf([pgd({ threat, steps, loss: crossEntropy }), apgd({ threat, steps, loss: margin })]);
}
