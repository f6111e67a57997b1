import { risingRoot } from '@advml/core/internal';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { count, extraKernel, floats, pointer } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import type { NativeTopic } from './native-topic.ts';

/** Bytes of a number of these kernels. */
const BYTES = 4;

/** The length of one example; all inputs must have one shape. */
function widthOf(kernelName: string, inputs: object): number {
  const shapes = Object.values(inputs).map(({ shape }: TensorInfo) => `[${shape}]`);
  if (new Set(shapes).size > 1)
    throw new RangeError(`${kernelName}: needs inputs of one shape, got ${shapes.join(' and ')}`);
  return count(Object.values(inputs)[0].shape.slice(1));
}

/** What attacks do with every entry of a batch between two looks at a model: `assembly/perturbations.ts`. */
export const perturbations: NativeTopic = ({ exports }) => [
  extraKernel('FreeGradient', ({ inputs, attrs: { low, high }, backend, make }) => {
    const width = widthOf('FreeGradient', inputs);
    const { gradient } = inputs;
    const [free, leads] = [make(gradient.shape), make([gradient.shape[0]])];
    const [from, at, x, to] = [gradient, inputs.at, inputs.x, free].map((info) => pointer(backend, info));
    const marks = floats(backend, leads);
    for (let row = 0; row < gradient.shape[0]; row++) {
      const start = BYTES * width * row;
      marks[row] = Number(exports.freeGradient(width, low, high, from + start, at + start, x + start, to + start));
    }
    return [free, leads];
  }),

  extraKernel('ProjectDelta', ({ inputs, attrs: { norm, radii, low, high }, backend, make, scratch }) => {
    const width = widthOf('ProjectDelta', inputs);
    const { delta } = inputs;
    const out = make(delta.shape);
    const sums = scratch(16);
    const [from, x, to] = [delta, inputs.x, out].map((info) => pointer(backend, info));
    const seen = new Float64Array(heapOf(backend).HEAPU8.buffer, sums, 2);
    for (let row = 0; row < delta.shape[0]; row++) {
      const start = BYTES * width * row;
      const [own, around, into] = [from + start, x + start, to + start];
      if (norm === 'linf') {
        exports.projectLinf(width, radii[row], low, high, own, around, into);
        continue;
      }
      const excess = (shrink: number): [number, number] => {
        exports.ballSums(width, shrink, low, high, own, around, sums);
        const size = Math.sqrt(seen[0]);
        return [size - radii[row], seen[1] / size];
      };
      const shrink = radii[row] > 0 ? risingRoot(excess, 1) : 0;
      exports.shrinkInto(width, shrink, low, high, own, around, into);
    }
    return out;
  }),

  extraKernel('PickRows', ({ inputs: { batch, others }, attrs: { places }, backend, make }) => {
    const shape = batch.shape.slice(1);
    const [rows, otherRows] = [batch.shape[0], others.shape[0]];
    if (String(others.shape.slice(1)) !== String(shape) || others.dtype !== batch.dtype)
      throw new RangeError(
        `PickRows: needs two batches of like examples, got ${batch.dtype} [${batch.shape}] and ${others.dtype} [${others.shape}]`,
      );
    const missing = places.find((place) => !Number.isInteger(place) || place >= rows || -1 - place >= otherRows);
    if (missing !== undefined)
      throw new RangeError(`PickRows: there is no place ${missing} in batches of ${rows} and ${otherRows} examples`);
    const out = make([places.length, ...shape], batch.dtype);
    const size = BYTES * count(shape);
    const [own, other, to] = [batch, others, out].map((info) => pointer(backend, info));
    const { HEAPU8: heap } = heapOf(backend);
    for (const [row, place] of places.entries()) {
      const start = place >= 0 ? own + size * place : other + size * (-1 - place);
      heap.copyWithin(to + size * row, start, start + size);
    }
    return out;
  }),
];
