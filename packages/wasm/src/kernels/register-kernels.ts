import { getKernelsForBackend, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { convolution } from './convolution.ts';
import { copies } from './copies.ts';
import { depthwise } from './depthwise.ts';
import { indexing } from './indexing.ts';
import type { KernelTopic } from './kernel.ts';
import { logSoftmax } from './log-softmax.ts';
import { pooling } from './pooling.ts';
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
  rounding,
  indexing,
  logSoftmax,
  symmetricTwoLayer,
];

/** Kernels that give wrong numbers and are not replaced: tfjs then says that the backend does not have them. */
const withdrawn = [
  'Conv3DBackpropInputV2',
  'Conv3DBackpropFilterV2',
  'MaxPool3D',
  'MaxPool3DGrad',
  'Dilation2D',
  'Dilation2DBackpropInput',
  'Dilation2DBackpropFilter',
];

/**
 * Puts the kernels of all topics in the place of the backend's own, which they may still call, and takes away those
 * that cannot be trusted.
 *
 * @returns Names of the kernels put in place.
 */
export function registerKernels(): string[] {
  const configs = new Map(getKernelsForBackend('wasm').map((config) => [config.kernelName, config]));
  const stock = (kernelName: string): KernelFunc => {
    const config = configs.get(kernelName);
    if (config === undefined) throw new Error(`this version of the WASM backend has no kernel ${kernelName}`);
    return config.kernelFunc;
  };
  const records = topics.flatMap((topic) => topic(stock));
  for (const record of records) {
    const config = configs.get(record.kernelName);
    if (config !== undefined) unregisterKernel(record.kernelName, 'wasm');
    // The stock setup function stays: it binds the compiled function when the backend starts.
    registerKernel({ ...config, ...record, backendName: 'wasm' });
  }
  for (const kernelName of withdrawn) if (configs.has(kernelName)) unregisterKernel(kernelName, 'wasm');
  return records.map(({ kernelName }) => kernelName);
}
