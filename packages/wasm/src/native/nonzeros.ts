import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelCall, pointer } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import type { NativeKernels } from './native-kernels.ts';

/** The nonzero entries of the sparse rows of a matrix: addresses for the native module, as `listNonzeros` wrote them. */
export interface Nonzeros {
  /** Where each row's entries start, [rows + 1]; a dense row has none. */
  readonly offsets: number;
  /** Column of each entry. */
  readonly columns: number;
  /** Value of each entry. */
  readonly values: number;
  /** Numbers of the dense rows. */
  readonly dense: Int32Array;
}

/** A row is sparse if at most one entry in this many is not zero. */
const SPARSITY = 8;

/**
 * Lists what is not zero in a matrix, row by row. Whether a row is sparse depends on the row alone.
 *
 * @param x - Matrix [rows, width].
 * @returns Lists that live as long as the call.
 */
export function nonzerosOf(
  { backend, scratch }: KernelCall<unknown, unknown>,
  { exports }: NativeKernels,
  x: TensorInfo,
): Nonzeros {
  const [rows, width] = x.shape;
  const most = Math.floor(width / SPARSITY);
  const room = 4 * (rows * most + 4);
  const [offsets, columns, values, numbers] = [4 * (rows + 1), room, room, 4 * rows].map(scratch);
  const many = exports.listNonzeros(rows, width, pointer(backend, x), most, offsets, columns, values, numbers);
  return { offsets, columns, values, dense: new Int32Array(heapOf(backend).HEAPU8.buffer, numbers, many).slice() };
}
