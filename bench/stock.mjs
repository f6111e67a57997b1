// The kernels that the WASM backend of tfjs comes with, kept from before `useWasm` replaces some of them.
import { getKernelsForBackend, registerKernel, unregisterKernel, version_core } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';

/** What a row of the table says of this peer. */
export const tfjs = { name: 'tfjs', version: version_core };

const stock = getKernelsForBackend('wasm');

/** Runs some work on these kernels; afterwards those are registered that were before. */
export function onStockKernels(work) {
  const now = new Map(getKernelsForBackend('wasm').map((config) => [config.kernelName, config]));
  const replaced = stock.filter((config) => now.get(config.kernelName) !== config);
  for (const config of replaced) register(config);
  try {
    return work();
  } finally {
    for (const { kernelName } of replaced) {
      if (now.has(kernelName)) register(now.get(kernelName));
      else unregisterKernel(kernelName, 'wasm');
    }
  }
}

function register(config) {
  if (getKernelsForBackend('wasm').some(({ kernelName }) => kernelName === config.kernelName)) {
    unregisterKernel(config.kernelName, 'wasm');
  }
  registerKernel(config);
}
