import { elu, leakyRelu, relu, relu6, selu, sigmoid, softplus, type Tensor, tanh } from '@tensorflow/tfjs-core';

/** The activation functions of tfjs by which a network may describe itself. */
export const ACTIVATIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  relu,
  elu,
  leakyRelu,
  relu6,
  selu,
  sigmoid,
  softplus,
  tanh,
};

/** What a function is called there; none for any other, such as one of the user's own. */
export function activationName(f: (x: Tensor) => Tensor = relu): string | undefined {
  return Object.keys(ACTIVATIONS).find((name) => ACTIVATIONS[name] === f);
}
