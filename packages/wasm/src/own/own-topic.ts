import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { KernelRecord } from '../kernels/kernel.ts';
import type { OwnKernels } from './own-kernels.ts';

/** The kernels of one topic on the own module, written against the compositions that they replace. */
export type OwnTopic = (own: OwnKernels, composed: (kernelName: string) => KernelFunc) => readonly KernelRecord[];
