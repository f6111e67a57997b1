import type { Outcome } from './attack-slice.ts';
import type { KindOutcomes } from './masking.ts';

/** An attack with the examples that it got, by their positions, and how they fared. */
export interface Attacked extends KindOutcomes {
  readonly label: string;
  readonly positions: readonly number[];
}

/** What stands for an example that an attack did not get: it broke nothing there. */
const UNTRIED: Outcome = { margin: Infinity, distance: 0, gradients: 0, queries: 0, zeroGradient: false };

/**
 * Attacks as {@link comparedKinds} takes them, all on the same examples, where each got only what those before it left. A weaker
 * kind is compared only if all white-box attacks stand before it: what it breaks then is what they left. What it would have missed of
 * theirs is not known and counts as missed, so signs are seen later than elsewhere, and none without reason.
 *
 * @param attacks - In the battery's order.
 * @param positions - All examples that the model gets right.
 * @returns Those that can be compared.
 */
export function comparable(attacks: readonly Attacked[], positions: readonly number[]): readonly KindOutcomes[] {
  const last = attacks.findLastIndex(({ kind }) => kind === 'white-box');
  return attacks
    .filter(({ kind }, at) => kind === 'white-box' || at > last)
    .map(({ kind, positions: own, outcomes }) => {
      const known = new Map(own.map((position, at) => [position, outcomes[at]]));
      return { kind, outcomes: positions.map((position) => known.get(position) ?? UNTRIED) };
    });
}
