import type { AnyClassifier, Attack, AttackOptions, AttackResult, Batch } from '@advml/core';
import { checkedMargins } from './checked-margins.ts';
import { measuredDistance } from './grade.ts';

/** How one example fared under an attack, measured afresh. */
export interface Outcome {
  /** Output margin at the worst input found; positive where the label still wins. */
  readonly margin: number;
  /** Size of the perturbation in the threat's norm. */
  readonly distance: number;
  /** Gradient evaluations spent, as the attack counts them. */
  readonly gradients: number;
  /** Forward passes spent beside them, as the attack counts them; 0 where it does not. */
  readonly queries: number;
  /** Whether the gradient was zero at some step. */
  readonly zeroGradient: boolean;
}

/**
 * Attacks some examples and grades what comes back: the attack's own verdict is not used.
 *
 * @param model - The model under attack.
 * @param slice - The examples; only read.
 * @param positions - Where they stand in the whole batch, for messages.
 * @param attack - The attack.
 * @param options - Key, indices and radii of these examples.
 * @returns One outcome an example, what the attack warns of, and whether it was cut short.
 */
export async function attackSlice(
  model: AnyClassifier,
  slice: Batch,
  positions: readonly number[],
  attack: Attack,
  options: AttackOptions,
): Promise<{ readonly outcomes: readonly Outcome[] } & Pick<AttackResult, 'warnings' | 'cutShort'>> {
  const { x, gradients, queries, zeroGradient, warnings, cutShort } = await attack(model, slice.x, slice.y, options);
  try {
    const distance = measuredDistance(attack, slice, x, positions, options.eps);
    const margins = await checkedMargins(model, { x, y: slice.y }, positions, attack.label, options.signal);
    const outcomes = positions.map((_, at) => ({
      margin: margins[at],
      distance: distance[at],
      gradients: gradients[at],
      queries: queries[at],
      zeroGradient: zeroGradient[at],
    }));
    return { outcomes, warnings, cutShort };
  } finally {
    x.dispose();
  }
}
