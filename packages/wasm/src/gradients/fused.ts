import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { type Derivatives, gradient, sumTo } from './gradient.ts';

/**
 * The gradient of a kernel that also adds a bias, if there is one, from that of the kernel that does not.
 *
 * tfjs differentiates such a kernel only where no activation is fused into it, and has the activation apart elsewhere.
 *
 * @param inputs - Names of the other inputs.
 * @param derive - Derivatives in the other inputs.
 * @throws RangeError, when differentiated, if there is an activation.
 */
export function fused<Attributes extends { activation?: string }>(
  kernelName: string,
  inputs: readonly string[],
  derive: (dy: Tensor, saved: Tensor[], attrs: Attributes) => Derivatives,
): GradConfig {
  return gradient<Attributes>(kernelName, { inputs: [...inputs, 'bias'] }, (dy, saved, attrs) => {
    const { activation = 'linear' } = attrs;
    if (activation !== 'linear') {
      throw new RangeError(`${kernelName} has no gradient with the activation ${activation}: apply it apart`);
    }
    const bias = saved[inputs.length];
    return { ...derive(dy, saved, attrs), bias: () => sumTo(dy, bias.shape) };
  });
}
