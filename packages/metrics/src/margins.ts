import { type AnyClassifier, type Batch, type Summary, summarize } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import { checkedMargins } from './checked-margins.ts';
import { EVALUATION, type EvaluationOptions } from './options.ts';
import { eachSlice, everyPosition, requireBatch } from './slices.ts';

/** By how much the label wins on each example, in output units; positive where it wins. */
export interface Margins {
  /** One an example, in the order of the batch. */
  readonly values: Float32Array;
  /** Their mean and quantiles. */
  readonly summary: Summary;
}

/**
 * Output margins of a model: how far each score is on the right side, in output units.
 *
 * ```math
 * y f(x) \quad\text{or}\quad z_y - \max_{k \ne y} z_k
 * ```
 *
 * A distance in input units needs an attack: a margin over the gradient's dual norm estimates it only where the model is
 * nearly linear.
 *
 * @param model - The model, evaluated once on each example.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param options - Size of a slice, progress, signal.
 * @returns The margins and their summary.
 * @throws InputError if there are no examples, an input or output is NaN or infinite, or the labels are not of the
 * model's kind.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const { summary } = await margins(model, { x, y });
 * console.log(summary.median, summary.q10);
 * ```
 */
export async function margins(model: AnyClassifier, batch: Batch, options: EvaluationOptions = {}): Promise<Margins> {
  requireOptions<EvaluationOptions>('margins', options, EVALUATION);
  requireBatch(batch);
  const values = new Float32Array(batch.x.shape[0]);
  await eachSlice(batch, everyPosition(batch), options, 'clean evaluation', async (slice, positions) => {
    values.set(await checkedMargins(model, slice, positions, 'clean evaluation', options.signal), positions[0]);
  });
  return Object.freeze({ values, summary: summarize(values) });
}
