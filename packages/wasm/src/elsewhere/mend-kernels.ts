import { getKernelsForBackend, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { einsum } from '../composed/einsum.ts';
import type { KernelTopic } from '../kernel.ts';
import { casts } from './casts.ts';
import { cropsByBox } from './crops-by-box.ts';
import { evenSums } from './even-sums.ts';
import { quotients } from './quotients.ts';
import { scatterIntoCopy } from './scatter-into-copy.ts';

/** What tfjs 4.22 gets wrong on backends other than WASM, and can be put right from outside. */
const topics: Readonly<Record<string, readonly KernelTopic[]>> = {
  cpu: [einsum, scatterIntoCopy],
  webgl: [einsum, evenSums, cropsByBox, quotients],
  webgpu: [einsum, quotients, casts],
};

const mended = new Map<string, readonly string[]>();

/**
 * Puts right kernels in place of a backend's wrong ones, once.
 *
 * @param backendName - A backend that has been started.
 * @returns Names of the kernels put in place.
 */
export function mendKernels(backendName: string): readonly string[] {
  const known = mended.get(backendName);
  if (known) return known;
  // As they are before the first is replaced: a kernel may run what it takes the place of.
  const kernels = new Map(getKernelsForBackend(backendName).map((config) => [config.kernelName, config.kernelFunc]));
  const stock = (kernelName: string) => {
    const found = kernels.get(kernelName);
    if (found === undefined) throw new Error(`this version of the backend ${backendName} has no kernel ${kernelName}`);
    return found;
  };
  const records = (topics[backendName] ?? []).flatMap((topic) => topic(stock));
  for (const record of records) {
    if (kernels.has(record.kernelName)) unregisterKernel(record.kernelName, backendName);
    registerKernel({ ...record, backendName });
  }
  const names = Object.freeze(records.map(({ kernelName }) => kernelName));
  mended.set(backendName, names);
  return names;
}
