// The kernels that the WASM backend of tfjs comes with, kept from before `useWasm` replaces some of them, and those that are put
// together from them where the native module does not run.
import { getKernel, getKernelsForBackend, registerKernel, unregisterKernel, version_core } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { registerKernels } from '../packages/wasm/dist/register-kernels.js';

/** What a row of the table says of these peers. */
export const tfjs = { name: 'tfjs', version: version_core };
export const composed = { name: 'our compositions of tfjs', version: version_core };

if (getKernel('SymmetricTwoLayer', 'wasm')) throw new Error('stock.mjs must be imported before useWasm is called');
const stockKernels = getKernelsForBackend('wasm');
let composedKernels;

/** Runs some work on the kernels of tfjs; afterwards those are registered that were before. */
export const onStockKernels = (work) => onKernels(stockKernels, work);

/** The same on kernels put together from them. */
export function onComposedKernels(work) {
  composedKernels ??= onKernels(stockKernels, () => {
    registerKernels();
    return getKernelsForBackend('wasm');
  });
  return onKernels(composedKernels, work);
}

function onKernels(wanted, work) {
  const before = getKernelsForBackend('wasm');
  exchange(before, wanted);
  try {
    return work();
  } finally {
    exchange(getKernelsForBackend('wasm'), before);
  }
}

function exchange(from, to) {
  const [old, wanted] = [new Set(from), new Set(to)];
  for (const config of from) if (!wanted.has(config)) unregisterKernel(config.kernelName, 'wasm');
  for (const config of to) if (!old.has(config)) registerKernel(config);
}
