import { extraKernel } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import type { NativeTopic } from './native-topic.ts';

/** Bytes of a number of these kernels. */
const BYTES = 8;

/** Work on arrays of double precision, which tfjs has no tensors of: `assembly/doubles.ts`, `reflections.ts` and `tridiagonal.ts`. */
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

  extraKernel('ReducePanel', ({ attrs: { a, size, begin, end, pairs, ...vectors }, backend, scratch }) => {
    const { diagonal, beside, halves } = vectors;
    if (!(begin >= 0 && begin < end && end <= size))
      throw new RangeError(`ReducePanel: 0 <= begin < end <= size must hold, got ${begin}, ${end} and ${size}`);
    const count = 2 * (end - begin) * end;
    requireLength('ReducePanel', { a, pairs, ...vectors }, [size * size, count, end, end, end]);
    const triangle = (end * (end + 1)) / 2;
    const [rows, lines, ...places] = [triangle, count, end, end, end].map((length) => scratch(BYTES * length));
    const heap = (at: number, length: number) => new Float64Array(heapOf(backend).HEAPU8.buffer, at, length);
    const onHeap = heap(rows, triangle);
    const rowOf = (row: number) => onHeap.subarray((row * (row + 1)) / 2, ((row + 1) * (row + 2)) / 2);
    for (let row = 0; row < end; row++) rowOf(row).set(a.subarray(row * size, row * size + row + 1));
    exports.reducePanel(begin, end, rows, lines, places[0], places[1], places[2]);
    for (let row = begin; row < end; row++) a.set(rowOf(row), row * size);
    pairs.set(heap(lines, count));
    diagonal.set(heap(places[0], end).subarray(begin), begin);
    const first = Math.max(0, begin - 1); // entry i stands beside row i + 1
    beside.set(heap(places[1], end).subarray(first, end - 1), first);
    halves.set(heap(places[2], end).subarray(begin), begin);
    return [];
  }),
];

/** @throws RangeError if an array is shorter than it must be. */
function requireLength(kernelName: string, arrays: Record<string, Float64Array>, least: readonly number[]): void {
  for (const [at, [name, { length }]] of Object.entries(arrays).entries())
    if (length < least[at])
      throw new RangeError(`${kernelName}: ${name} must hold ${least[at]} numbers, got ${length}`);
}
