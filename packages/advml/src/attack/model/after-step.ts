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
    const freed = <T>(answer?: T) => {
      if (made !== x && made !== (answer as unknown)) made.dispose();
      return answer;
    };
    const given = model(made);
    if (!(given instanceof Promise)) return freed(given);
    return given.then(freed, (error) => {
      freed();
      throw error;
    });
  };
  return Object.assign(whole, { decides: model.decides }) as M; // as the model answers
}
