import { type Attack, type Certifier, describeThreat, InputError, type Threat } from '@advml/core';
import { requireAttack } from '@advml/core/internal';

/** Refuses what was made for another threat than the one it was given. */
function requireThreatOf(what: string, made: Pick<Attack, 'threat'>, threat: Threat): void {
  const [wanted, got] = [describeThreat(threat), describeThreat(made.threat)];
  if (wanted !== got) throw new InputError(`the ${what} must use the threat it is given, ${wanted}, got ${got}`);
}

function requireFactory(what: string, make: unknown, example: string): void {
  if (typeof make !== 'function' || 'label' in make)
    throw new InputError(`an evaluation takes a function that makes ${what}, such as ${example}`);
}

/** The attack on a threat, if it keeps to it. */
export function attackOn(threat: Threat, make: (threat: Threat) => Attack): Attack {
  requireFactory('an attack', make, '(threat) => pgd({ threat, steps: 40 })');
  const attack = make(threat);
  requireAttack('an evaluation', attack);
  requireThreatOf('attack', attack, threat);
  return attack;
}

/** The certifier on a threat, if it keeps to it. */
export function certifierOn(threat: Threat, make: (threat: Threat) => Certifier): Certifier {
  requireFactory('a certifier', make, '(threat) => linearExact({ threat })');
  const certifier = make(threat);
  if (typeof certifier !== 'function' || certifier.threat === undefined)
    throw new InputError(
      `an evaluation takes certifiers, such as (threat) => linearExact({ threat }), got one that makes ${typeof certifier}`,
    );
  requireThreatOf('certifier', certifier, threat);
  return certifier;
}
