import { InputError, type Params } from '@advml/core';
import { scalar, type Tensor } from '@tensorflow/tfjs-core';

/** How many steps were made: an int32 scalar, exact to 2^31 and saved with the rest of the state. */
export const stepCount = (steps: number): Tensor => scalar(steps, 'int32');

/** The number of steps that a state has seen. */
export function stepOf(state: Params): number {
  if (!state.step)
    throw new InputError(
      `the optimizer's state has no 'step', only [${Object.keys(state)}]; give what init or update gave`,
    );
  return state.step.dataSync()[0];
}
