import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileKernels, kernelsAsSource } from '../../scripts/compile-kernels.mjs';
import { enableRelaxedSimd } from '../../src/own/relaxed-simd.ts';

/** Numbers of the sections that static data would need. */
const [DATA, DATA_COUNT] = [11, 12];

/** Numbers of the sections of a module, in their order. */
function sections(binary: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 8; at < binary.length; ) {
    found.push(binary[at++]);
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      size |= (binary[at] & 127) << shift;
      more = binary[at++] > 127;
    }
    at += size;
  }
  return found;
}

it('is what the compiler makes of the kernels', async () => {
  const committed = readFileSync(new URL('../../src/generated/kernels.ts', import.meta.url), 'utf8');
  expect(await kernelsAsSource(), 'run node packages/wasm/scripts/build-kernels.mjs').toBe(committed);
});

describe.each([
  ['plain', false],
  ['relaxed', true],
])('the %s module', (_, relaxed) => {
  let binary: Uint8Array<ArrayBuffer>;
  let module: WebAssembly.Module;
  beforeAll(async () => {
    expect(enableRelaxedSimd()).toBe(true);
    binary = Uint8Array.from(await compileKernels(relaxed));
    module = await WebAssembly.compile(binary);
  });

  it('imports a memory and nothing else', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  });

  it('brings no data that would overwrite the heap', () => {
    expect(sections(binary)).not.toContain(DATA);
    expect(sections(binary)).not.toContain(DATA_COUNT);
  });

  it('never writes where it was not told to', async () => {
    const memory = new WebAssembly.Memory({ initial: 64 });
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    const { gemm, gemmBytes } = exports as Record<string, (...numbers: number[]) => number>;
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(7);
    const [m, n, k] = [13, 11, 300];
    const [a, b, c, work] = [1000, 101000, 201000, 301000];
    gemm(m, n, k, a, k, 1, b, n, 1, c, 0, work);
    const written = (from: number, to: number) => bytes.subarray(from, to).some((byte) => byte !== 7);
    expect(written(c, c + 4 * m * n)).toBe(true);
    for (const [from, to] of [
      [0, c],
      [c + 4 * m * n, work],
      [work + gemmBytes(), bytes.length],
    ]) {
      expect(written(from, to)).toBe(false);
    }
    expect(memory.buffer).toBe(bytes.buffer); // it has not grown
  });
});
