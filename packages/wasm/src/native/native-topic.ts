import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { KernelRecord } from '../kernel.ts';
import type { NativeKernels } from './native-kernels.ts';

/** The kernels of one topic on the native module, written against those that they replace: our compositions, or the backend's own. */
export type NativeTopic = (
  native: NativeKernels,
  composed: (kernelName: string) => KernelFunc,
) => readonly KernelRecord[];
