import { getKernelsForBackend, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { hasManyForms } from './attributes.ts';
import { convolution } from './composed/convolution.ts';
import { convolution3d } from './composed/convolution-3d.ts';
import { copies } from './composed/copies.ts';
import { depthwise } from './composed/depthwise.ts';
import { dilation } from './composed/dilation.ts';
import { einsum } from './composed/einsum.ts';
import { elementwise } from './composed/elementwise.ts';
import { emptyReductions } from './composed/empty.ts';
import { indexing } from './composed/indexing.ts';
import { logSoftmax } from './composed/log-softmax.ts';
import { otherTypes } from './composed/other-types.ts';
import { pixels } from './composed/pixels.ts';
import { pooling } from './composed/pooling.ts';
import { pooling3d } from './composed/pooling-3d.ts';
import { products } from './composed/products.ts';
import { rounding } from './composed/rounding.ts';
import { sums } from './composed/sums.ts';
import { symmetricTwoLayer } from './composed/symmetric-two-layer.ts';
import { transposition } from './composed/transposition.ts';
import { guarded } from './guard/guarded.ts';
import { type KernelRecord, type KernelTopic, plainly } from './kernel.ts';
import { convolution as nativeConvolution } from './native/convolution.ts';
import { depthwise as nativeDepthwise } from './native/depthwise.ts';
import { doubles } from './native/doubles.ts';
import { extremes } from './native/extremes.ts';
import type { NativeKernels } from './native/native-kernels.ts';
import type { NativeTopic } from './native/native-topic.ts';
import { normalization } from './native/normalization.ts';
import { perturbations } from './native/perturbations.ts';
import { pooling as nativePooling } from './native/pooling.ts';
import { products as nativeProducts } from './native/products.ts';
import { random } from './native/random.ts';
import { ridgeAscent } from './native/ridge-ascent.ts';
import { segments } from './native/segments.ts';
import { sums as nativeSums } from './native/sums.ts';
import { symmetricTwoLayer as nativeSymmetricTwoLayer } from './native/symmetric-two-layer.ts';

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
  elementwise,
  otherTypes,
  emptyReductions,
  symmetricTwoLayer,
];

const nativeTopics: readonly NativeTopic[] = [
  nativeProducts,
  nativeSums,
  nativePooling,
  normalization,
  segments,
  nativeConvolution,
  nativeDepthwise,
  random,
  nativeSymmetricTwoLayer,
  ridgeAscent,
  perturbations,
  extremes,
  doubles,
];

/**
 * Puts the kernels of all topics in place of the backend's own, which they may still call. All look at types and shapes
 * before they enter a module.
 *
 * @param native - The native module, whose kernels take the place of the compositions; the compositions stay without it.
 * @returns Names of the kernels put in place.
 */
export function registerKernels(native?: NativeKernels): string[] {
  const configs = new Map(getKernelsForBackend('wasm').map((config) => [config.kernelName, config]));
  const stock = named(configs.values(), 'this version of the WASM backend');
  const composed = topics.flatMap((topic) => topic(stock));
  const ofNative = native
    ? nativeTopics.flatMap((topic) => topic(native, named([...configs.values(), ...composed], 'the WASM backend')))
    : [];
  const records = new Map([...composed, ...ofNative].map((record) => [record.kernelName, record]));
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
