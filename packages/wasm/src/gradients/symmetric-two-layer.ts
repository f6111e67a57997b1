import { engine, type GradConfig, type Tensor } from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/**
 * The symmetric two-layer network as one kernel. No gradient flows through its second output, the preactivations,
 * and the gradients themselves have none.
 */
export const symmetricTwoLayer: readonly GradConfig[] = [
  gradient<object, Tensor[]>(
    'SymmetricTwoLayer',
    { inputs: ['x', 'weight', 'bias'], outputs: [false, true] },
    ([dy], [x, weight, bias, preactivations]) => ({
      x: () => engine().runKernel('SymmetricTwoLayerInputGrad', { weight, bias, preactivations, dy }),
      weight: () => engine().runKernel('SymmetricTwoLayerWeightGrad', { x, bias, preactivations, dy }),
      bias: () => engine().runKernel('SymmetricTwoLayerBiasGrad', { bias, preactivations, dy }),
    }),
  ),
];
