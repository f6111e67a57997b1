import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileKernels, generated } from '../../scripts/compile-assembly.mjs';
import { enableRelaxedSimd } from '../../src/native/relaxed-simd.ts';

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

it('are what the sources say: modules and signatures', async () => {
  for (const [name, source] of Object.entries(await generated())) {
    const committed = readFileSync(new URL(`../../src/generated/${name}`, import.meta.url), 'utf8');
    expect(source, 'run node packages/wasm/scripts/build-assembly.mjs').toBe(committed);
  }
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

  it('offers the functions that have a signature', () => {
    const source = readFileSync(new URL('../../src/generated/native-exports.ts', import.meta.url), 'utf8');
    const signed = Array.from(source.matchAll(/^ {2}(\w+)\(/gm), ([, name]) => name);
    const functions = WebAssembly.Module.exports(module).filter(({ kind }) => kind === 'function');
    expect(functions.map(({ name }) => name).sort()).toEqual(signed);
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

  it('keeps convolutions inside their results, though windows reach beyond the images', async () => {
    const memory = new WebAssembly.Memory({ initial: 2 });
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    const kernels = exports as Record<string, (...numbers: number[]) => void>;
    const bytes = new Uint8Array(memory.buffer);
    const [record, x, filter, dy, result] = [0, 10_000, 20_000, 30_000, 60_000];
    // Images of 5 x 7 pixels with 21 channels, filters of 3 x 2; strides 2, 1; dilations 1, 2; padding 4, 3; 5 x 11 windows.
    const [image, patch, windows, channels] = [5 * 7 * 21, 3 * 2 * 21, 5 * 11, 21];
    const [from, to] = [windows - 7, windows + 7];
    for (const [name, size, ...given] of [
      ['unfold', (to - from) * patch, record, x, from, to, result],
      ['fold', 2 * image, record, dy, from, to, result],
      ['depthwiseFilterGrad', 3 * 2 * channels, record, x, dy, result],
      ['depthwiseInputGrad', image, record, filter, dy, result],
    ] as const) {
      bytes.fill(7);
      new Int32Array(memory.buffer, record, 13).set([5, 7, channels, 3, 2, 2, 1, 1, 2, 4, 3, 5, 11]);
      new Float32Array(memory.buffer, x, (result - x) / 4).fill(1);
      new Float32Array(memory.buffer, result, size).fill(2);
      kernels[name](...given);
      const written = (start: number, end: number, value: number) =>
        new Float32Array(memory.buffer, start, (end - start) / 4).some((each) => each !== value);
      expect(written(result, result + 4 * size, 2), name).toBe(true);
      expect(written(x, result, 1), name).toBe(false);
      expect(
        bytes.subarray(result + 4 * size).some((byte) => byte !== 7),
        name,
      ).toBe(false);
    }
  });
});
