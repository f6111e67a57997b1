import type { AnyClassifier, Batch } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import { clopperPearson, type Proportion } from './clopper-pearson.ts';
import { requireConfidence } from './confidence.ts';
import { margins } from './margins.ts';
import { ACCURACY, type AccuracyOptions } from './options.ts';

/**
 * The share of examples on which the label wins, with its exact binomial interval.
 *
 * A tie counts as wrong.
 *
 * @param model - The model, evaluated once on each example.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param options - Confidence, size of a slice, progress, signal.
 * @returns The share and its interval; see {@link clopperPearson}.
 * @throws InputError if there are no examples, an input or output is NaN or infinite, or the labels are not of the
 * model's kind.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const { value, low, high } = await cleanAccuracy(model, { x, y });
 * ```
 */
export async function cleanAccuracy(
  model: AnyClassifier,
  batch: Batch,
  options: AccuracyOptions = {},
): Promise<Proportion> {
  requireOptions<AccuracyOptions>('cleanAccuracy', options, ACCURACY);
  const { confidence = 0.95, ...evaluation } = options;
  requireConfidence(confidence);
  const { values } = await margins(model, batch, evaluation);
  return clopperPearson(values.filter((margin) => margin > 0).length, values.length, confidence);
}
