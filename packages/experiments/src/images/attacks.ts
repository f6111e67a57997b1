import { apgd, autoAttack, pgd, square, worstOf } from '@advml/attacks';
import { type Attack, type Battery, crossEntropy, margin, type Threat } from '@advml/core';
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
 * The attacks of the probe: PGD on the cross-entropy, then APGD on the margin.
 *
 * @param setting - A complete setting.
 * @returns The attacks and their kinds.
 */
export function probeMembers({ evaluation: { probeSteps } }: MainSetting): Battery {
  const onEntropy = (threat: Threat, steps: number) => pgd({ threat, steps, loss: crossEntropy });
  return [
    { kind: 'white-box', attack: (threat) => onEntropy(threat, probeSteps), withSteps: onEntropy },
    { kind: 'white-box', attack: (threat) => apgd({ threat, steps: probeSteps, loss: margin }) },
  ];
}

/**
 * A quicker attack for curves and for comparisons of many networks.
 *
 * @param threat - What the attacker may do.
 * @param setting - A complete setting.
 * @returns The attack: the worst case over {@link probeMembers}.
 */
export function probeAttack(threat: Threat, setting: MainSetting): Attack {
  return worstOf(probeMembers(setting).map(({ attack }) => attack(threat)));
}

/** Forward passes of the attack without gradients where signs of a masked gradient are looked for, at most. */
const QUERIES = 1000;

/**
 * The attacks that are compared to look for signs of a masked gradient in the main networks: those of the probe, and one without
 * gradients, which is too slow for the many networks of other parts.
 *
 * @param setting - A complete setting.
 * @returns The attacks and their kinds.
 */
export function comparedAttacks(setting: MainSetting): Battery {
  const queries = Math.min(setting.evaluation.queries, QUERIES);
  return [...probeMembers(setting), { kind: 'black-box', attack: (threat) => square({ threat, queries }) }];
}
