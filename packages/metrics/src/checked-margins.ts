import { type Batch, type Classifier, InputError, outputMargins } from '@advml/core';
import { outputOf } from '@advml/core/internal';
import { tidy } from '@tensorflow/tfjs-core';

/**
 * Output margins of some examples, none of them NaN or infinite.
 *
 * @param model - The model.
 * @param examples - The examples.
 * @param positions - Where they stand in the whole batch, for the message.
 * @param doing - What is going on, for the message.
 */
export function checkedMargins(
  model: Classifier,
  { x, y }: Batch,
  positions: readonly number[],
  doing: string,
): Float32Array {
  let margins: Float32Array = new Float32Array();
  tidy(() => {
    margins = outputMargins(outputOf(model, x), y);
  });
  const bad = margins.findIndex((margin) => !Number.isFinite(margin));
  if (bad >= 0)
    throw new InputError(
      `the model's output must be finite, got margin ${margins[bad]} on example ${positions[bad]} (${doing})`,
    );
  return margins;
}
