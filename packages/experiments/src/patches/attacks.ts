import { apgd, pgd, restarts as restarted, worstOf } from '@advml/attacks';
import { type Attack, type Battery, crossEntropy, type Threat } from '@advml/core';
import type { MainSetting } from './main-setting.ts';

/** How hard an attack tries. */
type Effort = Pick<MainSetting['evaluation'], 'steps' | 'restarts'>;

/**
 * The attacks that judge a network: PGD on the cross-entropy, then APGD on the margin.
 *
 * @param effort - Steps and starts of each.
 * @returns The attacks and their kinds.
 */
export function attackMembers({ steps, restarts }: Effort): Battery {
  const onEntropy = (threat: Threat, count: number) => pgd({ threat, steps: count, restarts, loss: crossEntropy });
  return [
    { kind: 'white-box', attack: (threat) => onEntropy(threat, steps), withSteps: onEntropy },
    { kind: 'white-box', attack: (threat) => restarted(apgd({ threat, steps }), restarts) },
  ];
}

/**
 * The worst case over {@link attackMembers}.
 *
 * @param threat - What the attacker may do.
 * @param effort - Steps and starts of each.
 * @returns One attack.
 */
export function judgingAttack(threat: Threat, effort: Effort): Attack {
  return worstOf(attackMembers(effort).map(({ attack }) => attack(threat)));
}
