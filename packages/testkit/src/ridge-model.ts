import { type Classifier, type RidgeSum, ridgeScores } from '@advml/core';
import { keep, type Tensor, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';

/**
 * A sum of ridge functions that says so, for tests.
 *
 * @param rows - The directions, one a neuron.
 * @param knots - Sizes at which the slope changes, ascending.
 * @param slopes - Slopes between them, from 0 outwards.
 * @returns A model with scores; its weights are made when it is first asked, and stay.
 */
export function ridgeModel(
  rows: readonly (readonly number[])[],
  knots: readonly number[],
  slopes: readonly number[],
): Classifier {
  let weight: Tensor2D | undefined;
  const ridges = (): RidgeSum => {
    weight ??= keep(tensor2d(rows.map((row) => [...row])));
    return { weight, knots, slopes };
  };
  return Object.assign((x: Tensor) => ridgeScores(x as Tensor2D, ridges()), { ridges });
}

/**
 * A function that is a multiple of a model, and a sum of ridge functions if the model is one.
 *
 * @param model - Any model.
 * @param scaled - The function.
 * @param scale - Its outputs over those of the model.
 * @returns The function as a model.
 */
export function withRidges(model: Classifier, scaled: (x: Tensor) => Tensor, scale: number): Classifier {
  const { ridges } = model;
  if (!ridges) return scaled;
  const own = (): RidgeSum | undefined => {
    const found = ridges();
    return found && { ...found, slopes: found.slopes.map((slope) => slope * scale) };
  };
  return Object.assign(scaled, { ridges: own });
}
