import { type Attack, describeThreat, InputError, type Threat } from '@advml/core';
import { requireAttack } from '@advml/core/internal';

/** The attack on a threat, if it keeps to it. */
export function attackOn(threat: Threat, make: (threat: Threat) => Attack): Attack {
  if (typeof make !== 'function' || 'label' in make)
    throw new InputError(
      'an evaluation takes a function that makes an attack, such as (threat) => pgd({ threat, steps: 40 })',
    );
  const attack = make(threat);
  requireAttack('an evaluation', attack);
  const [wanted, got] = [describeThreat(threat), describeThreat(attack.threat)];
  if (wanted !== got) throw new InputError(`the attack must use the threat it is given, ${wanted}, got ${got}`);
  return attack;
}
