import { type Answer, type AnyClassifier, type Classifier, InputError, type LaterClassifier } from '@advml/core';
import { described, isPromise, requireInteger } from '@advml/core/internal';
import { Tensor, tensor2d } from '@tensorflow/tfjs-core';

/** The classes that a model answered with, or what it gave in their place; a tensor that came later was handed over. */
function classesOf(answer: Answer, x: Tensor, isLate: boolean): readonly unknown[] {
  if (!(answer instanceof Tensor))
    return Array.from(
      'data' in Object(answer) ? (answer as { data: ArrayLike<unknown> }).data : (answer as ArrayLike<unknown>),
      (label) => (typeof label === 'bigint' ? Number(label) : label),
    );
  const classes = Array.from(answer.dataSync());
  if (isLate && answer !== x) answer.dispose();
  return classes;
}

/** Logits [batch, classes] that are one apart: as large as a margin may be of which nothing is known. */
function logitsOf(labels: readonly unknown[], x: Tensor, classes: number): Tensor {
  const bad = labels.findIndex((label) => !(Number.isInteger(label) && Number(label) >= 0 && Number(label) < classes));
  if (bad >= 0 || labels.length !== x.shape[0])
    throw new InputError(
      `decisions takes a model that gives a class 0..${classes - 1} for each of ${x.shape[0]} examples, got ${described(bad < 0 ? labels : labels[bad])}; one that gives logits needs no decisions`,
    );
  return tensor2d(
    labels.map((label) => Array.from({ length: classes }, (_, at) => (at === label ? 0.5 : -0.5))),
    [labels.length, classes],
  );
}

/**
 * A model that tells classes only, and neither logits nor scores, as a classifier: at once or later, as the model answers.
 *
 * Its margins are 1 where the class is right and -1 where it is not. So attacks that need no more than decisions take it (`hopSkipJump`,
 * `noise`, transfer from a stand-in), and evaluations do; `square` refuses it. A model that answers -1 and +1 gives scores, and
 * needs no wrapper.
 *
 * @param model - From inputs [batch, ...] to class indices [batch], as numbers, a tensor or `{ data, dims }`, or a promise of them.
 * @param classes - How many classes there are, at least 2.
 * @returns The classifier.
 * @throws InputError if `classes` is no integer of at least 2; when called, if a class is out of range or they are not one an example.
 * @example
 * ```ts
 * const model = decisions(async (x) => (await ask(await x.array())).labels, 10);
 * const result = await hopSkipJump({ threat: ball(l2, 1) })(model, x, y, { key: key('labels only', 0) });
 * ```
 */
export function decisions(model: (x: Tensor) => Promise<Answer>, classes: number): LaterClassifier;
export function decisions(model: (x: Tensor) => Answer, classes: number): Classifier;
export function decisions(model: (x: Tensor) => Answer | Promise<Answer>, classes: number): AnyClassifier {
  requireInteger({ classes }, 2);
  const decide = (x: Tensor) => {
    const given = model(x);
    if (!isPromise(given)) return logitsOf(classesOf(given, x, false), x, classes);
    return given.then((answer) => logitsOf(classesOf(answer as Answer, x, true), x, classes));
  };
  return Object.assign(decide, { decides: true }) as AnyClassifier;
}
