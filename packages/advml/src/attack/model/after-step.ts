import type { AnyClassifier } from '@advml/core';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * A model of what a step makes of the inputs, whether it answers at once or later. Gradients go through the step.
 *
 * @param step - From inputs to the model's inputs, a new tensor or the same.
 * @param model - The model.
 * @returns The model of the inputs.
 */
export function afterStep<M extends AnyClassifier>(step: (x: Tensor) => Tensor, model: M): M {
  const whole = (x: Tensor) => {
    const made = tidy(() => step(x));
    const free = () => {
      if (made !== x) made.dispose();
    };
    const given = model(made);
    if (given instanceof Promise) return given.finally(free);
    free();
    return given;
  };
  return whole as M; // as the model answers
}
