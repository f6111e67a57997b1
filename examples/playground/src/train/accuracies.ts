// Three numbers side by side: what is right, what withstands our attack, and what provably withstands every attack.
import { denseMixture, pgd, worstOf } from '@advml/attacks';
import { jointBound } from '@advml/certify';
import { type Batch, type Classifier, type Key, outputMargins, type Threat } from '@advml/core';

/** Numbers of examples. */
export interface Accuracies {
  /** All that were looked at. */
  readonly examples: number;
  /** Right without an attack. */
  readonly clean: number;
  /** Right under the attack: no proof, for another attack may be stronger. */
  readonly attacked: number;
  /** Proved to be right under every perturbation of size tau. */
  readonly certified: number;
}

/** The attacker: what may be done, the direction of the dense mixture, and the source of random numbers. */
interface Attacker {
  readonly threat: Threat;
  readonly direction: Float32Array;
  readonly key: Key;
}

const count = (holds: readonly boolean[]): number => holds.filter(Boolean).length;

/** Looks at some examples; certification lets other calls in between. */
export async function accuraciesOf(
  model: Classifier,
  { x, y }: Batch,
  { threat, direction, key }: Attacker,
): Promise<Accuracies> {
  const output = model(x);
  const clean = outputMargins(output, y);
  const attack = worstOf([denseMixture({ threat, direction }), pgd({ threat, steps: 20, start: 'none' })]);
  const broken = attack(model, x, y, { key: key.child('attack') });
  output.dispose();
  broken.x.dispose();
  const { certified } = await jointBound({ threat, steps: 30, parts: 1 })(model, x, y);
  return {
    examples: clean.length,
    clean: count(Array.from(clean, (margin) => margin > 0)),
    attacked: clean.length - count(broken.success),
    certified: count(certified),
  };
}
