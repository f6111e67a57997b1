import { type AffineStep, InputError } from '@advml/core';
import { getBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { gamma, UNDERFLOW } from './rounding.ts';

function inner(a: Tensor, b: Tensor): number {
  const [left, right] = [a, b].map((one) => one.dataSync<'float32'>());
  return left.reduce((sum, one, at) => sum + one * right[at], 0);
}

/** One example of numbers in [-1, 1] without a pattern: sines of multiples of an angle. */
function patternless(shape: readonly number[], angle: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, at) => Math.sin(angle * (at + 1))),
    [1, ...shape],
  );
}

/**
 * Refuses a step whose transpose is not that of its map, as tfjs's own gradient of padded average pooling is not.
 *
 * ```math
 * \langle g, A x\rangle = \langle A^\top g, x\rangle \quad \text{for patternless } g, x \in [-1, 1]
 * ```
 *
 * @param step - The step.
 * @param input - Shape of what goes in.
 * @param sums - The sums of absolute values in each row of A.
 * @throws InputError if the two differ by more than rounding.
 */
export function requireTranspose(step: AffineStep, input: readonly number[], sums: Float32Array): void {
  const { map, absolute, shape, terms, name } = step;
  const reach = sums.reduce((total, one) => total + one, 0);
  tidy(() => {
    const [x, g] = [patternless(input, 1), patternless(shape, Math.SQRT2)];
    const slack = 2 * gamma(terms + 3) * reach + terms * UNDERFLOW * (x.size + g.size);
    for (const linear of new Set([map, absolute])) {
      const [forth, back] = [inner(g, linear.apply(x)), inner(x, linear.transpose(g))];
      if (Math.abs(forth - back) > slack)
        throw new InputError(
          `the transpose of layer '${name}' must give the same inner products as its map, got ${back} for ${forth}; tfjs's own gradients are not all right: call \`await useBackend('${getBackend()}')\` of @advml/wasm once before`,
        );
    }
  });
}
