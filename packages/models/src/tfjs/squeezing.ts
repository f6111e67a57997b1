import { InputError } from '@advml/core';

/** Functions that squeeze logits into probabilities, and keep their order. */
const SQUEEZING = ['softmax', 'sigmoid', 'hardsigmoid'];

/** Whether a function, by its name in tfjs or TensorFlow, makes probabilities of logits. */
export const squeezes = (activation: string): boolean => SQUEEZING.includes(activation.toLowerCase());

/**
 * What is to be known of a classifier whose last activation was left out, or that has none.
 *
 * @param name - The importer, as errors name it.
 * @param count - How many numbers it gives for an example, if known.
 * @param left - The activation that was left out, and where it stands; undefined if there was none.
 * @returns Notes.
 * @throws InputError for a softmax over one number, which is 1 whatever the input.
 */
export function notesOn(
  name: string,
  count: number | undefined,
  left: { readonly activation: string; readonly place: string } | undefined,
): readonly string[] {
  if (count === 1 && left?.activation.toLowerCase() === 'softmax')
    throw new InputError(`${name}: the softmax of ${left.place} goes over one number, so it is 1 whatever the input`);
  return [
    ...(left ? [`the last ${left.activation} (${left.place}) was left out, so that gradients do not vanish`] : []),
    ...(count === 1 ? ['the one output is a score: labels are -1 and +1, and above 0 it says +1'] : []),
  ];
}
