import '@tensorflow/tfjs-backend-cpu';
import { useWasm } from '@advml/wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, env, setBackend } from '@tensorflow/tfjs-core';
import { expect, it, vi } from 'vitest';
import { heapOf } from '../../src/memory.ts';
import { expectLikeCpu } from '../compare.ts';
import { numbers } from '../random.ts';

it('falls back on compositions and says why, once, where the memory is not what it should be', async () => {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await setBackend('wasm');
  const heap = heapOf(backend() as BackendWasm);
  Object.assign(heap, { asm: { ...heap.asm, memory: new WebAssembly.Memory({ initial: 1 }) } });
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});

  const status = await useWasm();
  await useWasm();
  const reason = 'the memory of the backend is not its heap';
  expect(status.compute).toEqual({ kernels: 'composed', relaxed: false, reason });
  expect(warn.mock.calls).toEqual([[`@advml/wasm: slower products, because ${reason}`]]);
  warn.mockRestore();

  expect(status.fused).toBe(true);
  const attrs = { transposeA: true, transposeB: true };
  await expectLikeCpu('BatchMatMul', { a: numbers(1, [30, 20]), b: numbers(2, [40, 30]) }, attrs);
});
