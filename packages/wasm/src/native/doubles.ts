import { extraKernel } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import type { NativeTopic } from './native-topic.ts';

/** Bytes of a number of these kernels. */
const BYTES = 8;

/** Work on arrays of double precision, which tfjs has no tensors of: `assembly/doubles.ts` and `assembly/reflections.ts`. */
export const doubles: NativeTopic = ({ exports }) => [
  extraKernel('PackedProduct', ({ attrs: { rows, columns, depth, left, right, to }, backend, scratch }) => {
    requireLength('PackedProduct', { left, right, to }, [rows * depth, columns * depth, rows * columns]);
    if (rows % 4 > 0 || columns % 4 > 0)
      throw new RangeError(`PackedProduct: rows and columns must be multiples of 4, got ${rows} and ${columns}`);
    const [a, b, c] = [rows * depth, columns * depth, rows * columns].map((length) => scratch(BYTES * length));
    const heap = () => heapOf(backend).HEAPU8.buffer;
    new Float64Array(heap(), a, rows * depth).set(left.subarray(0, rows * depth));
    new Float64Array(heap(), b, columns * depth).set(right.subarray(0, columns * depth));
    exports.packedProduct(rows, columns, depth, a, b, c);
    to.set(new Float64Array(heap(), c, rows * columns));
    return [];
  }),

  extraKernel('ReflectRows', ({ attrs: { rows, count, width }, backend, scratch }) => {
    requireLength('ReflectRows', { rows }, [count * width]);
    const [at, work] = [scratch(BYTES * count * width), scratch(exports.reflectRowsBytes(width))];
    const onHeap = new Float64Array(heapOf(backend).HEAPU8.buffer, at, count * width);
    onHeap.set(rows.subarray(0, count * width));
    exports.reflectRows(count, width, at, work);
    rows.set(onHeap);
    return [];
  }),
];

/** @throws RangeError if an array is shorter than it must be. */
function requireLength(kernelName: string, arrays: Record<string, Float64Array>, least: readonly number[]): void {
  for (const [at, [name, { length }]] of Object.entries(arrays).entries())
    if (length < least[at])
      throw new RangeError(`${kernelName}: ${name} must hold ${least[at]} numbers, got ${length}`);
}
