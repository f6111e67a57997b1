import { getKernelsForBackend, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { convolution } from './convolution.ts';
import { copies } from './copies.ts';
import { depthwise } from './depthwise.ts';
import { indexing } from './indexing.ts';
import type { KernelTopic } from './kernel.ts';
import { logSoftmax } from './log-softmax.ts';
import { pooling } from './pooling.ts';
import { products } from './products.ts';
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
  indexing,
  logSoftmax,
  symmetricTwoLayer,
];

/**
 * Puts the kernels of all topics in the place of the backend's own, which they may still call.
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
  return records.map(({ kernelName }) => kernelName);
}
