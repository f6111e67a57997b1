import '@tensorflow/tfjs-backend-cpu';
import {
  engine,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  setBackend,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Data } from './random.ts';

/** What came out of a kernel. */
export interface Result {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: ArrayLike<number>;
}

export function asTensor({ shape, values }: Data): Tensor {
  return tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32');
}

export function asResult(x: Tensor): Result {
  return { shape: x.shape, dtype: x.dtype, values: x.dataSync() };
}

/** What a function computes; its tensors are disposed. */
export function resultOf(compute: () => Tensor): Result {
  const y = tidy(compute);
  const result = asResult(y);
  y.dispose();
  return result;
}

/** What a function computes on the cpu backend. */
export async function onCpu(compute: () => Tensor): Promise<Result> {
  await setBackend('cpu');
  const result = resultOf(compute);
  await setBackend('wasm');
  return result;
}

/** Runs a kernel on a backend, takes its only or its named output, and checks that it leaves no tensor behind. */
export async function runOn(
  backend: 'cpu' | 'wasm',
  kernelName: string,
  inputs: Record<string, Data | undefined>,
  attrs: object = {},
  which = 0,
): Promise<Result> {
  await setBackend(backend);
  const count = () => [engine().memory().numTensors, engine().backend.numDataIds()];
  const before = count();
  const result = resultOf(() => {
    const given = Object.entries(inputs).flatMap(([name, data]) =>
      data === undefined ? [] : [[name, asTensor(data)]],
    );
    const output = engine().runKernel(
      kernelName,
      Object.fromEntries(given) as NamedTensorInfoMap as never,
      {
        ...attrs,
      } as NamedAttrMap,
    );
    return [output].flat()[which] as Tensor;
  });
  expect(count(), `tensors left behind by ${kernelName}`).toEqual(before);
  await setBackend('wasm');
  return result;
}

/** Fails unless the shapes agree and every number does within `tolerance` of 1 + its size. */
export function expectClose(actual: Result, expected: Result, tolerance = 1e-5) {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(expected.dtype);
  for (let at = 0; at < expected.values.length; at++) {
    const error = Math.abs(actual.values[at] - expected.values[at]) / (1 + Math.abs(expected.values[at]));
    if (!(error <= tolerance)) {
      expect.fail(`entry ${at} is ${actual.values[at]}, should be ${expected.values[at]}`);
    }
  }
}

/** Fails unless the kernel computes on WASM what it computes on the cpu backend. */
export async function expectLikeCpu(
  kernelName: string,
  inputs: Record<string, Data | undefined>,
  attrs: object = {},
  tolerance?: number,
) {
  const expected = await runOn('cpu', kernelName, inputs, attrs);
  expectClose(await runOn('wasm', kernelName, inputs, attrs), expected, tolerance);
}
