// The quick comparison of test/equal-numbers.ts says of no two things that they are equal which toEqual would tell apart.
import { expect, it } from 'vitest';

const long = Float32Array.from({ length: 1000 }, (_, at) => at / 7);

it.each([
  ['one number', long.with(999, 0), long],
  ['the sign of zero', Float32Array.of(0), Float32Array.of(-0)],
  ['NaN and a number', [Number.NaN], [1]],
  ['a length', [1, 2], [1, 2, 3]],
  ['the type of an array', Float32Array.of(1), Float64Array.of(1)],
  ['typed and plain', Float32Array.of(1), [1]],
  ['a list inside', [1, { deep: [2, 3] }], [1, { deep: [2, 4] }]],
])('toEqual tells %s apart', (_, one, other) => {
  expect(() => expect(one).toEqual(other)).toThrow();
  expect(() => expect(one).not.toEqual(other)).not.toThrow();
});

it.each([
  ['numbers', long, long.slice()],
  ['NaN', [Number.NaN], [Number.NaN]],
  ['nothing', new Float32Array(), new Float32Array()],
  ['holes', [1, undefined], [1, undefined]],
  ['what matches', [1, 2], [1, expect.any(Number)]],
])('toEqual finds %s equal', (_, one, other) => {
  expect(one).toEqual(other);
});
