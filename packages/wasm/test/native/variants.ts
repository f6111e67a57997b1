import '@tensorflow/tfjs-backend-wasm';
import { useWasm } from '@advml/wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, engine, getKernelsForBackend, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { convolution as composedConvolution } from '../../src/composed/convolution.ts';
import { depthwise as composedDepthwise } from '../../src/composed/depthwise.ts';
import { indexing as composedIndexing } from '../../src/composed/indexing.ts';
import { pooling as composedPooling } from '../../src/composed/pooling.ts';
import { products as composedProducts } from '../../src/composed/products.ts';
import { rounding as composedRounding } from '../../src/composed/rounding.ts';
import { sums as composedSums } from '../../src/composed/sums.ts';
import { symmetricTwoLayer as composedTwoLayer } from '../../src/composed/symmetric-two-layer.ts';
import type { KernelRecord } from '../../src/kernel.ts';
import { convolution } from '../../src/native/convolution.ts';
import { depthwise } from '../../src/native/depthwise.ts';
import { type NativeKernels, startNativeKernels } from '../../src/native/native-kernels.ts';
import { pooling } from '../../src/native/pooling.ts';
import { products } from '../../src/native/products.ts';
import { enableRelaxedSimd } from '../../src/native/relaxed-simd.ts';
import { ridgeAscent } from '../../src/native/ridge-ascent.ts';
import { segments } from '../../src/native/segments.ts';
import { sums } from '../../src/native/sums.ts';
import { symmetricTwoLayer } from '../../src/native/symmetric-two-layer.ts';
import { asTensor, type Result } from '../compare.ts';
import type { Data } from '../random.ts';

/** Runs a kernel by name, whether or not it is the registered one. Its outputs come back as plain data. */
export type Run = (kernelName: string, inputs: Record<string, Data | undefined>, attrs?: object) => Result[];

/** The same kernels in three ways. */
export interface Variants {
  readonly composed: Run;
  readonly plain: Run;
  readonly relaxed: Run;
}

// Taken before `useWasm` replaces them.
const stock = new Map(getKernelsForBackend('wasm').map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]));

export async function variants(): Promise<Variants> {
  await useWasm();
  expect(enableRelaxedSimd()).toBe(true);
  const composed = [
    composedProducts,
    composedSums,
    composedRounding,
    composedConvolution,
    composedDepthwise,
    composedPooling,
    composedIndexing,
    composedTwoLayer,
  ].flatMap((topic) => topic((name) => stock.get(name)!));
  const native = async (relaxed: boolean) => {
    const started = await startNativeKernels(backend() as BackendWasm, relaxed);
    const topics = [products, convolution, depthwise, pooling, ridgeAscent, segments, sums, symmetricTwoLayer];
    return topics.flatMap((topic) => topic(started, named(composed)));
  };
  return { composed: runs(composed), plain: runs(await native(false)), relaxed: runs(await native(true)) };
}

/** The native module in both variants. */
export async function nativeKernels(): Promise<readonly [plain: NativeKernels, relaxed: NativeKernels]> {
  await useWasm();
  const start = (relaxed: boolean) => startNativeKernels(backend() as BackendWasm, relaxed);
  return [await start(false), await start(enableRelaxedSimd())];
}

const named = (records: readonly KernelRecord[]) => (kernelName: string) =>
  records.find((record) => record.kernelName === kernelName)!.kernelFunc;

/** Runs kernels from a list, and checks that they leave nothing behind. */
export function runs(records: readonly KernelRecord[]): Run {
  return (kernelName, inputs, attrs = {}) => {
    const wasm = backend() as BackendWasm;
    const count = () => [engine().memory().numTensors, wasm.numDataIds()];
    const before = count();
    const given = Object.entries(inputs).flatMap(([name, data]) =>
      data === undefined ? [] : [[name, asTensor(data)] as const],
    );
    const call = { inputs: Object.fromEntries(given), attrs, backend: wasm } as unknown as Parameters<KernelFunc>[0];
    const outputs = [named(records)(kernelName)(call)].flat() as TensorInfo[];
    const results = outputs.map(({ shape, dtype, dataId }) => {
      const values = wasm.readSync(dataId) as Float32Array;
      wasm.disposeData(dataId);
      return { shape, dtype, values };
    });
    for (const [, tensor] of given) tensor.dispose();
    expect(count(), `left behind by ${kernelName}`).toEqual(before);
    return results;
  };
}
