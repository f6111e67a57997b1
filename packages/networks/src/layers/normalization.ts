import { InputError } from '@advml/core';
import { batchNormalization } from './batch-normalization.ts';
import { groupNormalization } from './group-normalization.ts';
import type { Layer } from './layer.ts';

/**
 * How the layers of a network are normalized: over the batch, in groups of channels (at most 8 of them), or not.
 */
export type NormKind = 'batch' | 'group' | 'none';

/** Refuses other words. */
export function requireNormKind(norm: NormKind): void {
  if (norm !== 'batch' && norm !== 'group' && norm !== 'none')
    throw new InputError(`norm must be 'batch', 'group' or 'none', got '${norm}'`);
}

/** A normalization of the channels under its name; no layer if there is none. */
export function normalization(name: string, norm: NormKind, channels: number): Record<string, Layer> {
  if (norm === 'none') return {};
  const groups = [8, 4, 2, 1].find((count) => channels % count === 0) ?? 1;
  return { [name]: norm === 'batch' ? batchNormalization() : groupNormalization({ groups }) };
}
