import { type Attack, describeThreat, InputError, type Threat } from '@advml/core';
import { requireAttack } from '@advml/core/internal';
import { combined, inSequence } from './sequence.ts';

function requireSameThreat([first, ...others]: readonly Attack[]): Threat {
  if (!first) throw new InputError('worstOf needs at least one attack, got none');
  const wanted = describeThreat(first.threat);
  const other = others.find(({ threat }) => describeThreat(threat) !== wanted);
  if (other) {
    throw new InputError(
      `attacks of one ensemble must have the same threat: ${first.label} has ${wanted}, ${other.label} has ${describeThreat(other.threat)}`,
    );
  }
  return first.threat;
}

/**
 * Several attacks as one: the worst case of each example over all of them.
 *
 * They run in the order given; an example that one of them fools is not handed to the next. For adversarial training,
 * `perturb` runs them all and grades them, as the worst must be known.
 *
 * @param attacks - At least one, all with the same threat.
 * @returns An attack whose label lists its members; gradient counts are sums.
 * @throws InputError if there is no attack, or if threats differ.
 * @example
 * ```ts
 * const attack = worstOf([denseMixture({ threat, direction }), pgd({ threat, steps: 100, restarts: 5 })]);
 * ```
 * @see Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks,
 * 2020 (arXiv:2003.01690), for the worst case per example.
 */
export function worstOf(attacks: readonly Attack[]): Attack {
  if (!Array.isArray(attacks)) throw new InputError('worstOf takes an array of attacks: worstOf([first, second])');
  for (const attack of attacks) requireAttack('worstOf', attack);
  const label = `worst of [${attacks.map((member) => member.label).join('; ')}]`;
  return combined(label, requireSameThreat(attacks), (...call) => inSequence(attacks, ...call));
}
