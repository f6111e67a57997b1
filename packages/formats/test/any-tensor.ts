import type { SafeTensor } from '@advml/formats';
import fc from 'fast-check';

const arrays = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  U16: Uint16Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const;

/** Any bits, of any type and shape, empty ones included. */
export const anyTensor: fc.Arbitrary<SafeTensor> = fc
  .tuple(fc.constantFrom(...(Object.keys(arrays) as (keyof typeof arrays)[])), fc.array(fc.nat(3), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const bytes = shape.reduce((product, length) => product * length, arrays[dtype].BYTES_PER_ELEMENT);
    return fc
      .uint8Array({ minLength: bytes, maxLength: bytes })
      .map((data) => ({ dtype, shape, data: new arrays[dtype](data.slice().buffer) }) as SafeTensor);
  });
