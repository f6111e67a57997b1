import { type Classifier, InputError, type Step } from '@advml/core';
import { requireShape } from '@advml/core/internal';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * A model that was made elsewhere, as a classifier that attacks can differentiate.
 *
 * It holds tensors, its weights, until {@link ImportedClassifier.dispose | dispose} frees them.
 */
export interface ImportedClassifier extends Classifier {
  /** Shape of one input, without the batch axis; null stands for any length. */
  readonly inputShape: readonly (number | null)[];
  /** Numbers that come out for an example, if the file tells: how many classes there are, or 1 for scores. */
  readonly outputs: number | undefined;
  /** What was changed or assumed, one sentence each, such as `the last Softmax was left out`. */
  readonly notes: readonly string[];
  /** Frees the weights; the classifier cannot be called any more. A second call does nothing. */
  dispose(): void;
}

/** What an importer knows of a model. */
export interface ImportedParts {
  /** Shape of one input, without the batch axis; null stands for any length. */
  readonly inputShape: readonly (number | null)[];
  /** Numbers that come out for an example, if known. */
  readonly outputs: number | undefined;
  /** What was changed or assumed. */
  readonly notes: readonly string[];
  /** Steps that bounds can go through, if the model is made of such. */
  readonly steps?: () => readonly Step[] | undefined;
  /** Frees the weights; called once. */
  readonly dispose: () => void;
}

/**
 * Makes an imported classifier of a function: inputs are checked, what the function makes on the way is disposed.
 *
 * @param name - The importer, as errors name it, such as `fromOnnx`.
 * @param apply - From inputs [batch, ...inputShape] to logits [batch, classes] or scores [batch]; called within a `tidy`.
 * @param parts - What is known of the model.
 * @returns The classifier.
 */
export function importedClassifier(
  name: string,
  apply: (x: Tensor) => Tensor,
  { inputShape, outputs, notes, steps, dispose }: ImportedParts,
): ImportedClassifier {
  let disposed = false;
  const model = (x: Tensor): Tensor => {
    if (disposed) throw new InputError(`the classifier of ${name} was disposed: call ${name} again to use the model`);
    requireShape('x', x, [null, ...inputShape]);
    return tidy(() => apply(x));
  };
  return Object.assign(model, {
    inputShape: Object.freeze([...inputShape]),
    outputs,
    notes: Object.freeze([...notes]),
    ...(steps && { steps }),
    dispose: () => {
      if (!disposed) dispose();
      disposed = true;
    },
  });
}
