import { type GradConfig, getGradient, registerGradient, unregisterGradient } from '@tensorflow/tfjs-core';
import { activations } from './activations.ts';
import { arithmetic } from './arithmetic.ts';
import { choices } from './choices.ts';
import { constants } from './constants.ts';
import { convolution } from './convolution.ts';
import { convolution3d } from './convolution-3d.ts';
import { counts } from './counts.ts';
import { crops } from './crops.ts';
import { runningProducts } from './cumprod.ts';
import { sumsOfProducts } from './einsum.ts';
import { images } from './images.ts';
import { keepGradients, named } from './keep-gradients.ts';
import { lists } from './lists.ts';
import { normalization } from './normalization.ts';
import { pooling } from './pooling.ts';
import { pooling3d } from './pooling-3d.ts';
import { powers } from './powers.ts';
import { products } from './products.ts';
import { rearranging } from './rearranging.ts';
import { reductions } from './reductions.ts';
import { scattering } from './scattering.ts';
import { shapes } from './shapes.ts';
import { slices } from './slices.ts';
import { symmetricTwoLayer } from './symmetric-two-layer.ts';
import { trigonometry } from './trigonometry.ts';

const gradients: readonly GradConfig[] = [
  arithmetic,
  powers,
  trigonometry,
  activations,
  constants,
  choices,
  reductions,
  runningProducts,
  counts,
  shapes,
  lists,
  slices,
  scattering,
  rearranging,
  products,
  sumsOfProducts,
  convolution,
  convolution3d,
  pooling,
  pooling3d,
  normalization,
  images,
  crops,
  symmetricTwoLayer,
].flat();

/**
 * Registers the gradients for every backend, and keeps them there. Those that tfjs-core brings along under a bundler make
 * way, so that Node and browser compute the same.
 *
 * @returns Names of the kernels that have a gradient now.
 */
export function registerGradients(): string[] {
  for (const config of gradients) put(config);
  keepGradients(gradients);
  return gradients.map(({ kernelName }) => kernelName);
}

/** Puts back those that have been replaced or taken away, and says which. */
export function restoreGradients() {
  const missing = gradients.filter((config) => getGradient(config.kernelName) !== config);
  if (missing.length === 0) return;
  for (const config of missing) put(config);
  const names = named(missing.map(({ kernelName }) => kernelName));
  console.warn(`useWasm() put back the gradients of ${names}, which had been replaced since its last call`);
}

function put(config: GradConfig) {
  if (getGradient(config.kernelName) !== undefined) unregisterGradient(config.kernelName);
  registerGradient(config);
}
