import { type AnyClassifier, type Batch, type Box, InputError } from '@advml/core';
import { requireInBox, requireKey } from '@advml/core/internal';
import { requireConfidence } from './confidence.ts';
import { margins } from './margins.ts';
import type { AttackedOptions } from './options.ts';
import { requireBatch } from './slices.ts';

/**
 * Output margins before an attack, once everything that can be refused has been.
 *
 * @param model - The model to be attacked.
 * @param batch - All examples.
 * @param box - Range of the inputs, if any.
 * @param options - As for the evaluation under attack.
 * @returns One margin an example, positive where the label wins.
 */
export async function marginsBeforeAttack(
  model: AnyClassifier,
  batch: Batch,
  box: Box | undefined,
  { batchSize, confidence = 0.95, indices, key, signal }: AttackedOptions,
): Promise<Float32Array> {
  requireBatch(batch);
  requireConfidence(confidence);
  requireKey('key', key);
  const count = batch.x.shape[0];
  if (indices && indices.length !== count)
    throw new InputError(`indices must be ${count}, one an example, got ${indices.length}`);
  if (box) requireInBox('x', batch.x, box);
  const { values } = await margins(model, batch, { batchSize, signal });
  return values;
}
