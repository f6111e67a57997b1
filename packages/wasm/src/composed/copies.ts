import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type CastAttrs, type DataType, type TensorInfo, type TileAttrs, util } from '@tensorflow/tfjs-core';
import { count, type KernelTopic, kernel } from '../kernel.ts';

interface One {
  readonly x: TensorInfo;
}

/**
 * Clones that share their data, conversions to `bool` that test against zero, and repetition by block copies.
 *
 * The stock clone copies. The tape clones every tensor it saves, so each gradient step would copy all weights, and
 * XNNPACK would pack each copy anew. The stock cast to `bool` keeps the lowest byte: 0.5 and 256 come out false.
 */
export const copies: KernelTopic = (stock) => {
  const castNumbers = stock('Cast');
  const cloneStrings = stock('Identity');
  return [
    kernel<One>('Identity', ({ inputs: { x }, run }) =>
      x.dtype === 'string' ? run(cloneStrings, { x }) : run('Reshape', { x }, { shape: x.shape }),
    ),

    kernel<One, CastAttrs>('Cast', ({ inputs: { x }, attrs: { dtype }, backend, run, make }) => {
      if (x.dtype === dtype) return run('Identity', { x });
      if (dtype !== 'bool') return run(castNumbers, { x }, { dtype });
      const out = make(x.shape, 'bool');
      const [from, to] = [backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(out)];
      for (let at = 0; at < to.length; at++) to[at] = from[at] === 0 ? 0 : 1;
      return out;
    }),

    kernel<One, TileAttrs>('Tile', ({ inputs: { x }, attrs: { reps }, backend, make }) => {
      const out = make(
        x.shape.map((length, axis) => length * reps[axis]),
        x.dtype,
      );
      repeat(bytes(backend, x), bytes(backend, out), x.shape, reps, util.bytesPerElement(x.dtype));
      return out;
    }),
  ];
};

function bytes(backend: BackendWasm, { dataId, shape, dtype }: TensorInfo): Uint8Array {
  const size = count(shape) * util.bytesPerElement(dtype as DataType);
  return backend.typedArrayFromHeap({ dataId, shape: [size], dtype: 'bool' }) as Uint8Array;
}

/** Repeats along one axis after the other, innermost first; the blocks already repeated lie at the front of `to`. */
function repeat(from: Uint8Array, to: Uint8Array, shape: readonly number[], reps: readonly number[], item: number) {
  to.set(from.subarray(0, to.length === 0 ? 0 : from.length));
  let filled = from.length;
  let block = item;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    block *= shape[axis];
    if (block === 0 || reps[axis] === 0) return;
    // From the last block to the first, so that none is overwritten before it has moved.
    for (let start = filled - block; start >= 0; start -= block) {
      const target = start * reps[axis];
      to.copyWithin(target, start, start + block);
      for (let done = block; done < block * reps[axis]; ) {
        const more = Math.min(done, block * reps[axis] - done);
        to.copyWithin(target + done, target, target + more);
        done += more;
      }
    }
    filled *= reps[axis];
    block *= reps[axis];
  }
}
