import type { Loss, Threat } from '@advml/core';
import { type OptionNames, requireLoss, requireOptions, requireThreat } from '@advml/core/internal';

/**
 * Refuses options of an attack that are no record, have names that the attack does not know, hold no threat, or a loss that is none.
 *
 * @param owner - The factory, as its user calls it.
 * @param options - What the user gave.
 * @param known - All existing names.
 * @throws InputError that names the value and the way out.
 */
export function requireSettings<Options extends { readonly threat: Threat }>(
  owner: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  requireOptions<Options>(owner, options, known);
  requireThreat(owner, options.threat);
  const { loss } = options as { readonly loss?: Loss };
  if (loss !== undefined) requireLoss(loss);
}
