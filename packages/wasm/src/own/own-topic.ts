import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { KernelRecord } from '../kernels/kernel.ts';
import type { OwnKernels } from './own-kernels.ts';

/** The kernels of one topic on the own module, written against those that they replace: our compositions, or the backend's own. */
export type OwnTopic = (own: OwnKernels, composed: (kernelName: string) => KernelFunc) => readonly KernelRecord[];
