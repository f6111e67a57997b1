import type { Attack } from '@advml/core';
import { requireAttack, requireInteger } from '@advml/core/internal';
import { combined, inSequence } from './sequence.ts';

/**
 * An attack several times over, each time with random numbers of its own and on the examples that still stand.
 *
 * More restarts never do worse: the first of them are the same. An attack without randomness gains nothing.
 *
 * @param attack - Any attack.
 * @param count - How many times, at least once.
 * @returns An attack; gradient counts are sums.
 * @throws InputError if `count` is not a positive integer.
 * @example
 * ```ts
 * const attack = restarts(apgd({ threat: ball(l1, 12, { low: 0, high: 1 }) }), 5);
 * ```
 */
export function restarts(attack: Attack, count: number): Attack {
  requireAttack('restarts', attack);
  requireInteger({ restarts: count }, 1);
  const members = Array<Attack>(count).fill(attack);
  return combined(`${attack.label}, ${count} ${count === 1 ? 'time' : 'times'}`, attack.threat, (...call) =>
    inSequence(members, ...call),
  );
}
