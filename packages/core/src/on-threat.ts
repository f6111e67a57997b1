import type { Attack } from './attack.ts';
import type { Certifier } from './certifier.ts';
import { described } from './described.ts';
import { InputError } from './errors.ts';
import { requireAttack } from './require-attack.ts';
import { describeThreat, requireThreat, type Threat } from './threat.ts';

/** Refuses what was made for another threat than the one it was given. */
function requireThreatOf(what: string, made: Pick<Attack, 'threat'>, threat: Threat): void {
  const [wanted, got] = [describeThreat(threat), describeThreat(made.threat)];
  if (wanted !== got) throw new InputError(`the ${what} must use the threat it is given, ${wanted}, got ${got}`);
}

function requireFactory(owner: string, what: string, make: unknown): void {
  if (typeof make !== 'function' || 'label' in make)
    throw new InputError(`${owner} takes ${what}, got ${described(make)}`);
}

/**
 * The attack on a threat, if it keeps to it.
 *
 * @param owner - Function that takes the factory, as its user calls it.
 * @param threat - The threat.
 * @param make - What the user gave: the factory.
 * @throws {@link InputError} if it is no factory, or makes no attack or one on another threat.
 * @example
 * ```ts
 * const attack = attackOn('robustnessCurve', threat, (own) => pgd({ threat: own }));
 * ```
 */
export function attackOn(owner: string, threat: Threat, make: (threat: Threat) => Attack): Attack {
  requireFactory(owner, 'a function that makes an attack, such as (threat) => pgd({ threat, steps: 40 })', make);
  const attack = make(threat);
  requireAttack(owner, attack);
  requireThreatOf('attack', attack, threat);
  return attack;
}

/**
 * The certifier on a threat, if it keeps to it: what is proved of another threat proves nothing of this one.
 *
 * @param owner - Function that takes the factory, as its user calls it.
 * @param threat - The threat.
 * @param make - What the user gave: the factory.
 * @throws {@link InputError} if it is no factory, or makes no certifier, a promise of one, or one on another threat.
 * @example
 * ```ts
 * const certify = certifierOn('certifiedRadius', threat, (own) => crown({ threat: own }));
 * ```
 */
export function certifierOn(owner: string, threat: Threat, make: (threat: Threat) => Certifier): Certifier {
  const wanted = 'a function that makes a certifier, such as (threat) => crown({ threat })';
  requireFactory(owner, wanted, make);
  const certifier = make(threat);
  if (typeof certifier !== 'function' || typeof certifier.label !== 'string')
    throw new InputError(`${owner} takes ${wanted}, got one that makes ${described(certifier)}`);
  requireThreat(certifier.label, certifier.threat);
  requireThreatOf('certifier', certifier, threat);
  return certifier;
}
