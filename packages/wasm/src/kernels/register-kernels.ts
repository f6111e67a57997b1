import { getKernelsForBackend, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { hasManyForms } from '../attributes.ts';
import { guarded } from '../guard/guarded.ts';
import { convolution as ownConvolution } from '../own/convolution.ts';
import { depthwise as ownDepthwise } from '../own/depthwise.ts';
import { extremes } from '../own/extremes.ts';
import { normalisation } from '../own/normalisation.ts';
import type { OwnKernels } from '../own/own-kernels.ts';
import type { OwnTopic } from '../own/own-topic.ts';
import { pooling as ownPooling } from '../own/pooling.ts';
import { products as ownProducts } from '../own/products.ts';
import { random } from '../own/random.ts';
import { ridgeAscent } from '../own/ridge-ascent.ts';
import { segments } from '../own/segments.ts';
import { sums as ownSums } from '../own/sums.ts';
import { symmetricTwoLayer as ownSymmetricTwoLayer } from '../own/symmetric-two-layer.ts';
import { convolution } from './convolution.ts';
import { convolution3d } from './convolution-3d.ts';
import { copies } from './copies.ts';
import { depthwise } from './depthwise.ts';
import { dilation } from './dilation.ts';
import { einsum } from './einsum.ts';
import { emptyReductions } from './empty.ts';
import { indexing } from './indexing.ts';
import { type KernelRecord, type KernelTopic, plainly } from './kernel.ts';
import { logSoftmax } from './log-softmax.ts';
import { otherTypes } from './other-types.ts';
import { pixels } from './pixels.ts';
import { pooling } from './pooling.ts';
import { pooling3d } from './pooling-3d.ts';
import { products } from './products.ts';
import { rounding } from './rounding.ts';
import { sums } from './sums.ts';
import { symmetricTwoLayer } from './symmetric-two-layer.ts';
import { transposition } from './transposition.ts';

const topics: readonly KernelTopic[] = [
  copies,
  transposition,
  sums,
  products,
  convolution,
  depthwise,
  pooling,
  convolution3d,
  pooling3d,
  dilation,
  rounding,
  indexing,
  logSoftmax,
  einsum,
  pixels,
  otherTypes,
  emptyReductions,
  symmetricTwoLayer,
];

const ownTopics: readonly OwnTopic[] = [
  ownProducts,
  ownSums,
  ownPooling,
  normalisation,
  segments,
  ownConvolution,
  ownDepthwise,
  random,
  ownSymmetricTwoLayer,
  ridgeAscent,
  extremes,
];

/**
 * Puts the kernels of all topics in the place of the backend's own, which they may still call. All look at types and shapes
 * before they enter a module.
 *
 * @param own - The own module, whose kernels take the place of the compositions; the compositions stay without it.
 * @returns Names of the kernels put in place.
 */
export function registerKernels(own?: OwnKernels): string[] {
  const configs = new Map(getKernelsForBackend('wasm').map((config) => [config.kernelName, config]));
  const stock = named(configs.values(), 'this version of the WASM backend');
  const composed = topics.flatMap((topic) => topic(stock));
  const ofOwn = own
    ? ownTopics.flatMap((topic) => topic(own, named([...configs.values(), ...composed], 'the WASM backend')))
    : [];
  const records = new Map([...composed, ...ofOwn].map((record) => [record.kernelName, record]));
  const kept = [...configs.values()].map((config) => (hasManyForms(config.kernelName) ? plainly(config) : config));
  for (const kernelName of configs.keys()) unregisterKernel(kernelName, 'wasm');
  for (const record of new Map([...kept, ...records.values()].map((each) => [each.kernelName, each])).values()) {
    const kernelFunc = guarded(record);
    // The stock setup function stays: it binds the compiled function when the backend starts.
    registerKernel({ ...configs.get(record.kernelName), ...record, kernelFunc, backendName: 'wasm' });
  }
  return [...records.keys()];
}

/** Looks kernels up by their names. */
function named(records: Iterable<KernelRecord>, owner: string): (kernelName: string) => KernelFunc {
  const functions = new Map(Array.from(records, ({ kernelName, kernelFunc }) => [kernelName, kernelFunc]));
  return (kernelName) => {
    const found = functions.get(kernelName);
    if (found === undefined) throw new Error(`${owner} has no kernel ${kernelName}`);
    return found;
  };
}
