import { type Classifier, InputError, type NearRidges, type RidgeSum } from '@advml/core';
import { described, requireFinite, requireNonNegative, requireShape, requireTensor } from '@advml/core/internal';

/**
 * A model as a sum of ridge functions, and how far it may be from it.
 *
 * @param model - The model.
 * @returns Its `ridges`, with no error, or its `nearRidges`.
 * @throws InputError if it has neither, or what it has is no sum of ridge functions.
 */
export function ridgesOf(model: Classifier): NearRidges {
  const ridges = model.ridges?.();
  const near = ridges ? { ridges, error: 0 } : model.nearRidges?.();
  if (!near)
    throw new InputError(
      'jointBound needs a model that is a sum of ridge functions, such as classifier(symmetricTwoLayer(...), params), got one without ridges; take crown or intervalBound',
    );
  requireRidges(near.ridges);
  requireNonNegative({ 'the error of nearRidges': near.error }, 'output units');
  return near;
}

function requireRidges(ridges: RidgeSum): void {
  const { weight, knots, slopes } = Object(ridges) as Partial<RidgeSum>;
  if (!Array.isArray(knots) || !Array.isArray(slopes))
    throw new InputError(
      `the ridges of a model must be a record { weight, knots, slopes }, at once, got ${described(ridges)}`,
    );
  requireTensor('the weights of the ridges', weight as RidgeSum['weight']);
  requireShape('the weights of the ridges', weight as RidgeSum['weight'], [null, null]);
  requireFinite('the weights of the ridges', weight as RidgeSum['weight']);
  const isAscending = knots.every((knot, at) => knot < Infinity && knot >= (at > 0 ? knots[at - 1] : 0));
  if (!isAscending)
    throw new InputError(
      `the knots of the ridges must be finite, >= 0 and ascending, got [${knots.join(', ')}]; is the bias finite?`,
    );
  if (slopes.length !== knots.length + 1 || !slopes.every(Number.isFinite))
    throw new InputError(
      `the slopes of the ridges must be ${knots.length + 1} finite numbers, one more than knots, got [${slopes.join(', ')}]`,
    );
}
