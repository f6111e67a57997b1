import type { Attack } from './attack.ts';
import { described } from './described.ts';
import { InputError } from './errors.ts';
import { requireThreat } from './threat.ts';

/**
 * Refuses what is no attack, such as a member of a battery, which is yet to be told its threat.
 *
 * @param owner - Function that takes the attack, as its user calls it.
 * @param attack - What the user gave.
 * @throws {@link InputError} that says how to make an attack of it.
 * @example
 * ```ts
 * requireAttack('robustAccuracy', attack);
 * ```
 */
export function requireAttack(owner: string, attack: Attack): void {
  const { label, threat, perturb, attack: make } = Object(attack) as Partial<Attack> & { readonly attack?: unknown };
  if (typeof attack === 'function' && typeof label === 'string' && typeof perturb === 'function') {
    requireThreat(label, threat as Attack['threat']);
    return;
  }
  const got =
    typeof make === 'function'
      ? 'a member of a battery; give member.attack(threat)'
      : `${described(attack)}; pgd({ threat, steps: 40 }) is one`;
  throw new InputError(`${owner} takes attacks, got ${got}`);
}
