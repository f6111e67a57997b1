import type { AnyClassifier, Attack, AttackOptions, AttackResult } from '@advml/core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/** What an attack is called with. */
export type AttackCall = readonly [model: AnyClassifier, x: Tensor, y: Tensor1D, options: AttackOptions];

/**
 * An attack from its function.
 *
 * @param attack - Gives its result at once for a model that answers at once, and a promise of it for one that answers later.
 * @param parts - Label, threat, and the search alone.
 * @returns A frozen attack.
 */
export function attackFrom(
  attack: (...call: AttackCall) => AttackResult | Promise<AttackResult>,
  parts: Pick<Attack, 'label' | 'threat' | 'perturb'>,
): Attack {
  return Object.freeze(Object.assign((...call: AttackCall) => attack(...call), parts)) as Attack;
}
