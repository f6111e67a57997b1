import { type AnyClassifier, type AttackOptions, type Batch, InputError, outputMargins } from '@advml/core';
import { ask, run } from '@advml/core/internal';

/**
 * Output margins of some examples, none of them NaN or infinite.
 *
 * @param model - The model.
 * @param examples - The examples.
 * @param positions - Where they stand in the whole batch, for the message.
 * @param doing - What is going on, for the message.
 * @param signal - Stops the waiting for a model that answers later.
 */
export async function checkedMargins(
  model: AnyClassifier,
  { x, y }: Batch,
  positions: readonly number[],
  doing: string,
  signal?: AttackOptions['signal'],
): Promise<Float32Array> {
  const margins = await marginsAt(model, { x, y }, signal);
  const bad = margins.findIndex((margin) => !Number.isFinite(margin));
  if (bad >= 0)
    throw new InputError(
      `the model's output must be finite, got margin ${margins[bad]} on example ${positions[bad]} (${doing})`,
    );
  return margins;
}

async function marginsAt(
  model: AnyClassifier,
  { x, y }: Batch,
  signal?: AttackOptions['signal'],
): Promise<Float32Array> {
  const output = await run(ask(model, x, signal));
  try {
    return outputMargins(output, y);
  } finally {
    output.dispose();
  }
}
