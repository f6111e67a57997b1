import { key } from '@advml/core';
import { hasExtraKernel } from '@advml/core/internal';
import { useWasm } from '@advml/wasm';
import { expect, it } from 'vitest';
import { orthonormalRows } from '../src/orthonormal-rows.ts';

it('orthonormalRows gives the same bits by the kernel', async () => {
  const sizes = [
    [1, 3],
    [7, 7],
    [8, 20],
    [43, 64],
    [130, 130],
  ];
  const draws = () => sizes.map(([count, width]) => orthonormalRows(key('rows', count), count, width));
  expect(hasExtraKernel('ReflectRows')).toBe(false);
  const without = draws();
  await useWasm();
  expect(hasExtraKernel('ReflectRows')).toBe(true);
  expect(draws()).toEqual(without);
});
