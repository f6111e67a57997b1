import type { Attack, Batch, Classifier } from '@advml/core';
import { checkedMargins } from './checked-margins.ts';
import { measuredDistance } from './grade.ts';
import type { AttackedOptions } from './options.ts';
import { eachSlice } from './slices.ts';

/** How one example fared under an attack, measured afresh. */
interface Outcome {
  /** Output margin at the worst input found; positive where the label still wins. */
  readonly margin: number;
  /** Size of the perturbation in the threat's norm. */
  readonly distance: number;
  /** Gradient evaluations spent, as the attack counts them. */
  readonly gradients: number;
  /** Whether the gradient was zero at some step. */
  readonly zeroGradient: boolean;
}

/**
 * Attacks the examples at the given positions and grades what comes back: the attack's own verdict is not used.
 *
 * @param model - The model under attack.
 * @param batch - All examples.
 * @param positions - Which of them to attack.
 * @param attack - The attack.
 * @param options - Key, indices, size of a slice, progress, signal.
 * @param record - Told how each example fared.
 * @returns What the attack warns of, each thing once.
 */
export async function attackAt(
  model: Classifier,
  batch: Batch,
  positions: readonly number[],
  attack: Attack,
  options: AttackedOptions,
  record: (position: number, outcome: Outcome) => void,
): Promise<readonly string[]> {
  const { key, indices } = options;
  const warned = new Set<string>();
  await eachSlice(batch, positions, options, attack.label, (slice, chosen) => {
    const own = chosen.map((position) => (indices ? indices[position] : position));
    const { x, gradients, zeroGradient, warnings } = attack(model, slice.x, slice.y, { key, indices: own });
    for (const warning of warnings) warned.add(warning);
    try {
      const distance = measuredDistance(attack, slice, x, chosen);
      const margins = checkedMargins(model, { x, y: slice.y }, chosen, attack.label);
      for (const [at, position] of chosen.entries())
        record(position, {
          margin: margins[at],
          distance: distance[at],
          gradients: gradients[at],
          zeroGradient: zeroGradient[at],
        });
    } finally {
      x.dispose();
    }
  });
  return [...warned];
}
