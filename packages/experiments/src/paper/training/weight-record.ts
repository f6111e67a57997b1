import type { Params } from '@advml/core';
import { rowCosines } from '@advml/purification';
import { matMul, mean, mul, norm, square, sum, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { PaperWorld } from '../world.ts';

/**
 * What the log tells of weights in the dictionary's coordinates; weights of zero have no cosine and no shares.
 *
 * @param world - The run.
 * @param params - The weights; only read.
 * @param initial - The weights at initialization, in the same coordinates.
 * @returns Bias, mean size, share on the dense mixture, and mean cosine with the start.
 */
export function weightRecord({ data }: PaperWorld, params: Params, initial: Tensor2D): Record<string, number> {
  const numbers = tidy(() => {
    const weight = params.weight as Tensor2D;
    const lengths = norm(weight, 2, 1); // [m]
    const direction = tensor2d(data.wStar, [data.atoms, 1]);
    const along = matMul(weight, direction); // [m, 1]
    const mixture = mul(square(along), 1 / sum(square(direction)).dataSync()[0]);
    return {
      bias: params.bias.dataSync()[0],
      meanWeightNorm: mean(lengths).dataSync()[0],
      mixtureMass: sum(mixture).dataSync()[0] / sum(square(lengths)).dataSync()[0],
    };
  });
  const { size } = rowCosines(params.weight as Tensor2D, initial);
  return Object.fromEntries(
    Object.entries({ ...numbers, meanCosineWithInit: size.mean }).filter(([, value]) => Number.isFinite(value)),
  );
}
