import type { Attack, Batch, Classifier } from '@advml/core';
import { attackSlice, type Outcome } from './attack-slice.ts';
import type { AttackedOptions } from './options.ts';
import { eachSlice } from './slices.ts';

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
  const { key, indices, signal } = options;
  const warned = new Set<string>();
  await eachSlice(batch, positions, options, attack.label, (slice, chosen) => {
    const own = chosen.map((position) => (indices ? indices[position] : position));
    const { outcomes, warnings } = attackSlice(model, slice, chosen, attack, { key, indices: own, signal });
    for (const warning of warnings) warned.add(warning);
    for (const [at, position] of chosen.entries()) record(position, outcomes[at]);
  });
  return [...warned];
}
