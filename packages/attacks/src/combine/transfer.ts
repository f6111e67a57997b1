import type { AnyClassifier, Attack, Classifier } from '@advml/core';
import { type Dialogue, requireAttack, settled } from '@advml/core/internal';
import { sub } from '@tensorflow/tfjs-core';
import { type AttackCall, attackFrom } from '../search/attack-from.ts';
import { graded } from '../search/graded.ts';
import type { Found, SearchTask } from '../search/search.ts';

/**
 * An attack on one model, graded on another: what an attacker can do who knows only a similar model.
 *
 * The perturbations are found on `source`; whether they fool is what the attacked model says. An attack that stops at its
 * first success barely crosses the source's boundary and transfers badly: use `pgd({ ..., earlyStop: false })`. Where a
 * transfer beats the same attack on the model itself, that model's gradients mislead.
 *
 * @param attack - Finds the perturbations.
 * @param source - The model that it looks at; labels mean the same for both models.
 * @returns An attack with the same threat; its result's `x` is owned by the caller, `gradients` are those of the source.
 * @example
 * ```ts
 * const attack = transfer(pgd({ threat, steps: 100, earlyStop: false }), standIn);
 * ```
 * @see Papernot, McDaniel, Goodfellow: Transferability in Machine Learning, 2016 (arXiv:1605.07277).
 */
export function transfer(attack: Attack, source: AnyClassifier): Attack {
  requireAttack('transfer', attack);
  const { threat } = attack;
  const label = `transfer of ${attack.label}`;
  const transferred = (...[model, x, y, options]: AttackCall) => {
    const search = function* ({ x: inputs }: SearchTask): Dialogue<Found> {
      const {
        x: worst,
        gradients,
        queries,
        zeroGradient,
        cutShort,
      } = yield* settled(attack(source, inputs, y, options));
      const delta = sub(worst, inputs);
      worst.dispose();
      return { delta, gradients, queries, zeroGradient, cutShort };
    };
    return graded(label, threat, search)(model, x, y, options);
  };
  const perturb: Attack['perturb'] = (_, x, y, options) => attack.perturb(source as Classifier, x, y, options); // which refuses one that answers later
  return attackFrom(transferred, { label, threat, perturb });
}
