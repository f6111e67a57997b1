import type { Loss, Threat } from '@advml/core';
import { type OptionNames, requireLoss, requireOptions, requireStrictNorm, requireThreat } from '@advml/core/internal';

/**
 * Refuses options of an attack that are no record, have names that the attack does not know, hold no threat, one in l0 if it is
 * not for that, or a loss that is none.
 *
 * @param owner - The factory, as its user calls it.
 * @param options - What the user gave.
 * @param known - All existing names.
 * @param inL0 - Whether the attack works in l0, where a radius is a number of entries. Default: false.
 * @throws InputError that names the value and the way out.
 */
export function requireSettings<Options extends { readonly threat: Threat }>(
  owner: string,
  options: Options,
  known: OptionNames<Options>,
  inL0 = false,
): void {
  requireOptions<Options>(owner, options, known);
  requireThreat(owner, options.threat);
  if (!inL0)
    requireStrictNorm(owner, options.threat.norm, 'use sparsePgd for a number of entries, or sigmaZero for the fewest');
  const { loss } = options as { readonly loss?: Loss };
  if (loss !== undefined) requireLoss(loss);
}
