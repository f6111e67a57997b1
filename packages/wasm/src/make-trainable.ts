import { registerGradients, restoreGradients } from './gradients/register-gradients.ts';
import { mendTape } from './gradients/tape.ts';
import { addTensorMethods } from './tensor-methods.ts';

let gradients: readonly string[] | undefined;

/**
 * Gives tfjs all that training takes besides kernels, for every backend: gradients, a tape that loses nothing, methods of
 * tensors. Gradients that were replaced since the last call are put back, with a warning.
 *
 * @returns Names of the kernels with a gradient of this package.
 */
export function makeTrainable(): readonly string[] {
  if (gradients) restoreGradients();
  else {
    mendTape();
    addTensorMethods();
    gradients = Object.freeze(registerGradients());
  }
  return gradients;
}
