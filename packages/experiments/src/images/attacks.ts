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

/** Forward passes of the attack without gradients where signs of a masked gradient are looked for, at most. */
const QUERIES = 1000;

/**
 * The attacks that are compared where signs of a masked gradient are looked for: those of the probe, and one without gradients.
 *
 * @param setting - A complete setting.
 * @returns The attacks and their kinds.
 */
export function comparedAttacks({ evaluation: { probeSteps, queries } }: MainSetting): Battery {
  const onEntropy = (threat: Threat, steps: number) => pgd({ threat, steps, loss: crossEntropy });
  return [
    { kind: 'white-box', attack: (threat) => onEntropy(threat, probeSteps), withSteps: onEntropy },
    { kind: 'white-box', attack: (threat) => apgd({ threat, steps: probeSteps, loss: margin }) },
    { kind: 'black-box', attack: (threat) => square({ threat, queries: Math.min(queries, QUERIES) }) },
  ];
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
